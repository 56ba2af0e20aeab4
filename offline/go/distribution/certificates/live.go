// Package certificates keeps the certificate of a server up to date while it runs.
package certificates

import (
	"bytes"
	"context"
	"crypto/tls"
	"os"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/changes"
)

// Live is a certificate and its key in two files that may be replaced at any moment. Connections that are open keep the certificate that
// they began with. Where the files are missing or do not belong together, as between the two writes of a renewal, the last valid
// certificate stays.
type Live struct {
	certificatePath, keyPath string
	current                  atomic.Pointer[tls.Certificate]
	seen                     [2][]byte
}

// Load reads the files, and again on every change until the context ends. It fails where they hold no valid certificate.
func Load(ctx context.Context, certificatePath, keyPath string) (*Live, error) {
	live := &Live{certificatePath: certificatePath, keyPath: keyPath}
	if err := live.look(); err != nil {
		return nil, err
	}
	said := ""
	changes.Watch(ctx, func() {
		err := live.look()
		if err != nil && err.Error() != said {
			said = err.Error()
			logrus.WithError(err).Error("the new certificate is not valid: the one before it is used")
		}
	}, certificatePath, keyPath)
	return live, nil
}

// Get is the certificate that holds, as [tls.Config] asks for it.
func (live *Live) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return live.current.Load(), nil
}

// look reads the files, and takes what they hold where it is another certificate and a valid one.
func (live *Live) look() error {
	certificate, err := os.ReadFile(live.certificatePath)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(live.keyPath)
	if err != nil {
		return err
	}
	if bytes.Equal(certificate, live.seen[0]) && bytes.Equal(key, live.seen[1]) {
		return nil
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return err
	}
	live.seen = [2][]byte{certificate, key}
	if live.current.Swap(&pair) != nil {
		log := logrus.WithField("certificate", live.certificatePath)
		if pair.Leaf != nil {
			log = log.WithField("until", pair.Leaf.NotAfter.Format(time.RFC3339))
		}
		log.Info("certificate reloaded")
	}
	return nil
}
