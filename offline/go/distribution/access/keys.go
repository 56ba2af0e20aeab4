package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/certificates"
	"wharf.invalid/distribution/policy"
)

const (
	// keysFreshFor is how long fetched keys are used before they are asked for again.
	keysFreshFor = time.Hour
	// keysUsableFor is how long they are used where the issuer does not answer.
	keysUsableFor = 24 * time.Hour
	// keysAskedEvery is how soon the issuer is asked again, whatever tokens come in.
	keysAskedEvery = 30 * time.Second
	// keysRetriedEvery is how soon one that did not answer is asked again where none of its keys is usable: clients come again by then.
	keysRetriedEvery = 10 * time.Second
	keysTimeout      = 10 * time.Second
	// longestKeys is the most that is read of an answer, in bytes.
	longestKeys = 1 << 20
)

// issuerKeys fetches the public keys of issuers, and keeps them.
type issuerKeys struct {
	mutex sync.Mutex
	sets  map[string]*keySet
}

// keySet is the keys of one issuer. Its lock is held while they are fetched, so that they are fetched once.
type keySet struct {
	mutex   sync.Mutex
	keys    *jose.JSONWebKeySet
	fetched time.Time
	// nextAsked is not before when the issuer is asked again.
	nextAsked time.Time
	// failed tells that the issuer did not answer when it was last asked.
	failed bool
}

// unreachable is an issuer whose keys cannot be fetched, so that nobody knows whether a token is one of its own.
type unreachable struct{ issuer string }

func (one unreachable) Error() string {
	return fmt.Sprintf("the keys of the issuer %s cannot be fetched at the moment", one.issuer)
}

// find returns the keys of an identity's issuer with a kid. Keys are fetched again where none has it: issuers rotate them.
func (all *issuerKeys) find(ctx context.Context, identity *policy.Identity, kid string, now time.Time) ([]jose.JSONWebKey, error) {
	if identity.Jwks != nil {
		return keysOf(identity.Jwks, kid), nil
	}
	set := all.set(identity)
	set.mutex.Lock()
	defer set.mutex.Unlock()
	found := keysOf(set.keys, kid)
	if len(found) > 0 && now.Sub(set.fetched) < keysFreshFor {
		return found, nil
	}
	usable := len(found) > 0 && now.Sub(set.fetched) < keysUsableFor
	if !now.Before(set.nextAsked) {
		started := time.Now()
		keys, err := fetchKeys(ctx, identity)
		// An issuer that lets the registry wait is left alone for as long as one that answers at once.
		now = now.Add(time.Since(started))
		set.failed, set.nextAsked = err != nil, now.Add(keysAskedEvery)
		if err == nil {
			set.keys, set.fetched = keys, now
			return keysOf(keys, kid), nil
		}
		logrus.WithError(err).WithField("issuer", identity.Issuer).Warn("the keys of an issuer could not be fetched")
		if !usable {
			set.nextAsked = now.Add(keysRetriedEvery)
		}
	}
	if usable {
		return found, nil
	}
	if set.failed {
		return nil, unreachable{identity.Issuer}
	}
	return nil, fmt.Errorf("the issuer %s has no key %q", identity.Issuer, kid)
}

func (all *issuerKeys) set(identity *policy.Identity) *keySet {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	name := strings.Join([]string{identity.Issuer, identity.JwksURL, identity.CA}, "\n")
	set := all.sets[name]
	if set == nil {
		set = &keySet{}
		all.sets[name] = set
	}
	return set
}

func keysOf(keys *jose.JSONWebKeySet, kid string) []jose.JSONWebKey {
	if keys == nil {
		return nil
	}
	return keys.Key(kid)
}

// fetchKeys gets an issuer's keys, from where its discovery document says where nothing else does.
func fetchKeys(ctx context.Context, identity *policy.Identity) (*jose.JSONWebKeySet, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keysTimeout)
	defer cancel()
	client, err := clientOf(identity.CA)
	if err != nil {
		return nil, err
	}
	address := identity.JwksURL
	if address == "" {
		var discovered struct {
			Issuer  string `json:"issuer"`
			JwksURI string `json:"jwks_uri"`
		}
		document := strings.TrimSuffix(identity.Issuer, "/") + "/.well-known/openid-configuration"
		if err := getJSON(ctx, client, document, &discovered); err != nil {
			return nil, err
		}
		if discovered.Issuer != identity.Issuer {
			return nil, fmt.Errorf("%s is of the issuer %q", document, discovered.Issuer)
		}
		address = discovered.JwksURI
	}
	var keys jose.JSONWebKeySet
	if err := getJSON(ctx, client, address, &keys); err != nil {
		return nil, err
	}
	return &keys, nil
}

// clientOf is a client that speaks https only and trusts the system's authorities, and one of a cluster's own where it is named.
func clientOf(authority string) (*http.Client, error) {
	transport, err := certificates.Trusting(authority)
	if err != nil {
		return nil, err
	}
	transport.DisableKeepAlives = true
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the issuer redirects, which is not followed")
		},
	}, nil
}

func getJSON(ctx context.Context, client *http.Client, address string, into any) error {
	if !strings.HasPrefix(address, "https://") {
		return fmt.Errorf("%q is not an https address", address)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", address, response.Status)
	}
	return json.NewDecoder(io.LimitReader(response.Body, longestKeys)).Decode(into)
}
