package certificates

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
)

// Trusting is a transport that trusts the system's authorities, and those of a PEM text where it is not empty.
func Trusting(authorities string) (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if authorities == "" {
		return transport, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM([]byte(authorities)) {
		return nil, errors.New("the ca is not a PEM certificate")
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return transport, nil
}
