package certificates

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/sirupsen/logrus"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

const (
	// askedAgainAfter is how soon an ACME server that issued nothing is asked again at the start. Each wait is twice the one before it:
	// Let's Encrypt allows five failures of a host an hour.
	askedAgainAfter = 15 * time.Second
	// askedAgainAtLatest bounds these waits.
	askedAgainAtLatest = time.Hour
)

// Acme has an ACME server (RFC 8555) issue certificates for hosts, by the challenge tls-alpn-01 (RFC 8737) on the registry's own port, and
// renews each in the last third of its life. Account key, keys and certificates are files of one directory, which only the registry's
// user may read.
type Acme struct {
	manager *autocert.Manager
	hosts   []string
}

// NewAcme reads what distribution calls letsencrypt in its configuration, for whatever directory.
func NewAcme(described configuration.LetsEncrypt) *Acme {
	manager := &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(described.CacheFile),
		HostPolicy: autocert.HostWhitelist(described.Hosts...),
		Email:      described.Email,
	}
	if described.DirectoryURL != "" {
		manager.Client = &acme.Client{DirectoryURL: described.DirectoryURL}
	}
	return &Acme{manager, described.Hosts}
}

// Get is the certificate of the host that a client asks for, as [tls.Config] asks for it; or the one of a challenge.
func (server *Acme) Get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return server.manager.GetCertificate(hello)
}

// Protocol is what a connection of the ACME server negotiates, beside HTTP.
const Protocol = acme.ALPNProto

// Obtain has the certificates of all hosts before the first client comes, and says in the log why there is none. The registry must listen.
func (server *Acme) Obtain(ctx context.Context) {
	for _, host := range server.hosts {
		go func() {
			log := logrus.WithField("host", host)
			for wait := askedAgainAfter; ; wait = min(2*wait, askedAgainAtLatest) {
				certificate, err := server.Get(helloOf(host))
				if err == nil {
					log.WithField("until", certificate.Leaf.NotAfter.Format(time.RFC3339)).Info("certificate obtained")
					return
				}
				log.WithError(err).Error("the ACME server has issued no certificate")
				select {
				case <-ctx.Done():
					return
				case <-time.After(wait):
				}
			}
		}()
	}
}

// helloOf is how a client of today asks for a host. Its certificate has an ECDSA key.
func helloOf(host string) *tls.ClientHelloInfo {
	return &tls.ClientHelloInfo{
		ServerName:       host,
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		SupportedCurves:  []tls.CurveID{tls.CurveP256},
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
	}
}
