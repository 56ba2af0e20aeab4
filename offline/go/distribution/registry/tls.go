package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry"
	"github.com/distribution/distribution/v3/registry/listener"
	"github.com/sirupsen/logrus"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"wharf.invalid/distribution/certificates"
)

// handler is distribution's, with our parts around it; set once, while the registry is made.
var handler http.Handler

// listenAndServe serves the registry until it is told to end. Distribution reads a certificate from a file once, and asks an ACME server
// only when a client comes, so that is done here; without TLS, it is left to distribution.
func listenAndServe(ctx context.Context, server *registry.Registry, config *configuration.Configuration) error {
	described := config.HTTP.TLS
	if described.Certificate == "" && described.LetsEncrypt.CacheFile == "" {
		return server.ListenAndServe()
	}
	if described.Certificate != "" && described.LetsEncrypt.CacheFile != "" {
		return errors.New("http.tls has both a certificate and letsencrypt")
	}
	settings, obtain, err := tlsSettings(ctx, config)
	if err != nil {
		return err
	}
	plain, err := listener.NewListener(config.HTTP.Net, config.HTTP.Addr)
	if err != nil {
		return err
	}
	name := func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }
	served := &http.Server{Handler: otelhttp.NewHandler(handler, "", otelhttp.WithSpanNameFormatter(name))}
	logrus.Infof("listening on %v, tls", plain.Addr())
	failed := make(chan error, 1)
	go func() { failed <- served.Serve(tls.NewListener(plain, settings)) }()
	obtain(ctx)
	if config.HTTP.DrainTimeout == 0 {
		return <-failed
	}
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt, syscall.SIGTERM)
	select {
	case err := <-failed:
		return err
	case <-told:
		logrus.Info("stopping server gracefully. Draining connections for ", config.HTTP.DrainTimeout)
		ctx, cancel := context.WithTimeout(ctx, config.HTTP.DrainTimeout)
		defer cancel()
		if err := served.Shutdown(ctx); err != nil {
			return err
		}
		return server.Shutdown(ctx)
	}
}

// tlsSettings reads the TLS part of the configuration as distribution does. What it returns besides is to be called once the registry
// listens.
func tlsSettings(ctx context.Context, config *configuration.Configuration) (*tls.Config, func(context.Context), error) {
	described := config.HTTP.TLS
	settings := &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
	if config.HTTP.HTTP2.Disabled {
		settings.NextProtos = []string{"http/1.1"}
	}
	obtain := func(context.Context) {}
	if described.LetsEncrypt.CacheFile != "" {
		server := certificates.NewAcme(described.LetsEncrypt)
		settings.GetCertificate, obtain = server.Get, server.Obtain
		settings.NextProtos = append(settings.NextProtos, certificates.Protocol)
	} else {
		live, err := certificates.Load(ctx, described.Certificate, described.Key)
		if err != nil {
			return nil, nil, err
		}
		settings.GetCertificate = live.Get
	}
	return settings, obtain, limitTLS(settings, described)
}

// limitTLS sets what of TLS is accepted, and whose clients.
func limitTLS(settings *tls.Config, described configuration.TLS) error {
	var err error
	switch described.MinimumTLS {
	case "", "tls1.2":
		settings.MinVersion = tls.VersionTLS12
		if settings.CipherSuites, err = cipherSuites(described.CipherSuites); err != nil {
			return err
		}
	case "tls1.3":
		settings.MinVersion = tls.VersionTLS13
	default:
		return fmt.Errorf("unknown minimum TLS level '%s' specified for http.tls.minimumtls", described.MinimumTLS)
	}
	if len(described.ClientCAs) == 0 {
		return nil
	}
	settings.ClientCAs = x509.NewCertPool()
	for _, path := range described.ClientCAs {
		contents, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !settings.ClientCAs.AppendCertsFromPEM(contents) {
			return fmt.Errorf("%s holds no certificate", path)
		}
	}
	switch described.ClientAuth {
	case configuration.ClientAuthRequestClientCert:
		settings.ClientAuth = tls.RequestClientCert
	case configuration.ClientAuthRequireAnyClientCert:
		settings.ClientAuth = tls.RequireAnyClientCert
	case configuration.ClientAuthVerifyClientCertIfGiven:
		settings.ClientAuth = tls.VerifyClientCertIfGiven
	case "", configuration.ClientAuthRequireAndVerifyClientCert:
		settings.ClientAuth = tls.RequireAndVerifyClientCert
	default:
		return fmt.Errorf("unknown client auth mod '%s' specified for http.tls.clientauth", described.ClientAuth)
	}
	return nil
}

// cipherSuites are those of TLS 1.2 that are named, or distribution's: the ones with forward secrecy and an authenticated cipher.
func cipherSuites(names []string) ([]uint16, error) {
	if len(names) == 0 {
		return []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		}, nil
	}
	known := map[string]uint16{}
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		known[suite.Name] = suite.ID
	}
	suites := make([]uint16, 0, len(names))
	for _, name := range names {
		id, ok := known[name]
		if !ok {
			return nil, fmt.Errorf("unknown TLS cipher suite '%s' specified for http.tls.cipherSuites", name)
		}
		suites = append(suites, id)
	}
	return suites, nil
}
