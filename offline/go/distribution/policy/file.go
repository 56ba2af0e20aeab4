// Package policy holds who may do what on the registry, read from one JSON file that may change while the registry runs.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/crypto/bcrypt"
)

// The actions of a rule. They are distribution's own words for what a request asks of a repository.
const (
	Pull   = "pull"
	Push   = "push"
	Delete = "delete"
)

// file is the policy as it is written. Fields that are not listed here make it invalid, so that a typo never widens what is allowed.
type file struct {
	Version        int         `json:"version"`
	AllowFrom      []string    `json:"allowFrom"`
	TrustedProxies []string    `json:"trustedProxies"`
	Anonymous      *anonymous  `json:"anonymous"`
	Users          []user      `json:"users"`
	Identities     []identity  `json:"identities"`
	Tokens         tokens      `json:"tokens"`
	ImmutableTags  []immutable `json:"immutableTags"`
}

type anonymous struct {
	Rules []Rule `json:"rules"`
}

type user struct {
	Name      string     `json:"name"`
	Secrets   []secret   `json:"secrets"`
	Expires   *time.Time `json:"expires"`
	AllowFrom []string   `json:"allowFrom"`
	Rules     []Rule     `json:"rules"`
}

type secret struct {
	Bcrypt string     `json:"bcrypt"`
	Until  *time.Time `json:"until"`
}

type identity struct {
	Name      string              `json:"name"`
	Issuer    string              `json:"issuer"`
	Audience  string              `json:"audience"`
	JwksURL   string              `json:"jwksUrl"`
	Jwks      *jose.JSONWebKeySet `json:"jwks"`
	CA        string              `json:"ca"`
	Claims    map[string][]string `json:"claims"`
	Expires   *time.Time          `json:"expires"`
	AllowFrom []string            `json:"allowFrom"`
	Rules     []Rule              `json:"rules"`
}

type tokens struct {
	Keys    []jose.JSONWebKey `json:"keys"`
	Revoked []string          `json:"revoked"`
}

type immutable struct {
	Repositories []string `json:"repositories"`
	Except       []string `json:"except"`
}

// Rule allows actions on the repositories that match one of its patterns.
type Rule struct {
	Repositories []string `json:"repositories"`
	Actions      []string `json:"actions"`
}

// Policy is a valid file, ready to be asked. It does not change.
type Policy struct {
	// AllowFrom are the networks that may connect at all; none means all.
	AllowFrom []netip.Prefix
	// TrustedProxies are those whose word on the address of a client is believed.
	TrustedProxies []netip.Prefix
	// Anonymous are the rights of a client without credentials; nil where everybody has to log in.
	Anonymous Rights
	// AllowsAnonymous tells whether a client without credentials may do anything.
	AllowsAnonymous bool
	Users           map[string]*User
	Identities      map[string][]*Identity
	TokenKeys       []jose.JSONWebKey
	Revoked         map[string]bool
	immutable       []immutableTags
}

// User is somebody who logs in with a password.
type User struct {
	Name      string
	Secrets   []Secret
	Expires   time.Time
	AllowFrom []netip.Prefix
	Rights    Rights
}

// Secret is one password of a user. During a rotation a user has several.
type Secret struct {
	Bcrypt []byte
	// Until is the moment from which it is refused; the zero time where it does not expire.
	Until time.Time
}

// Identity is a workload that logs in with a token of its own platform.
type Identity struct {
	Name      string
	Issuer    string
	Audience  string
	JwksURL   string
	Jwks      *jose.JSONWebKeySet
	CA        string
	Claims    map[string]Patterns
	Expires   time.Time
	AllowFrom []netip.Prefix
	Rights    Rights
}

type immutableTags struct {
	repositories, except Patterns
}

// Parse reads a policy.
func Parse(contents []byte) (*Policy, error) {
	decoder := json.NewDecoder(bytes.NewReader(contents))
	decoder.DisallowUnknownFields()
	var read file
	if err := decoder.Decode(&read); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the policy")
	}
	if err := uniqueFields(json.NewDecoder(bytes.NewReader(contents))); err != nil {
		return nil, err
	}
	if read.Version != 1 {
		return nil, fmt.Errorf("version %d is not known, only 1 is", read.Version)
	}
	return read.check()
}

// uniqueFields refuses an object that has a field twice, of which Go would take one. Go reads names in any case.
func uniqueFields(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil || (token != json.Delim('{') && token != json.Delim('[')) {
		return err
	}
	seen := map[string]bool{}
	for decoder.More() {
		if token == json.Delim('{') {
			field, err := decoder.Token()
			if err != nil {
				return err
			}
			name := strings.ToLower(fmt.Sprint(field))
			if seen[name] {
				return fmt.Errorf("the field %q appears twice", field)
			}
			seen[name] = true
		}
		if err := uniqueFields(decoder); err != nil {
			return err
		}
	}
	_, err = decoder.Token()
	return err
}

func (read file) check() (*Policy, error) {
	policy := &Policy{
		Users:      make(map[string]*User, len(read.Users)),
		Identities: make(map[string][]*Identity, len(read.Identities)),
		Revoked:    make(map[string]bool, len(read.Tokens.Revoked)),
	}
	var err error
	if policy.AllowFrom, err = networks(read.AllowFrom, "allowFrom"); err != nil {
		return nil, err
	}
	if policy.TrustedProxies, err = networks(read.TrustedProxies, "trustedProxies"); err != nil {
		return nil, err
	}
	if read.Anonymous != nil {
		policy.AllowsAnonymous = true
		if policy.Anonymous, err = rights(read.Anonymous.Rules, "anonymous"); err != nil {
			return nil, err
		}
	}
	for index, described := range read.Users {
		where := fmt.Sprintf("users[%d]", index)
		checked, err := described.check(where)
		if err != nil {
			return nil, err
		}
		if policy.Users[checked.Name] != nil {
			return nil, fmt.Errorf("%s: %q appears twice", where, checked.Name)
		}
		policy.Users[checked.Name] = checked
	}
	for index, described := range read.Identities {
		where := fmt.Sprintf("identities[%d]", index)
		checked, err := described.check(where)
		if err != nil {
			return nil, err
		}
		if policy.Users[checked.Name] != nil {
			return nil, fmt.Errorf("%s: %q is the name of a user too", where, checked.Name)
		}
		policy.Identities[checked.Name] = append(policy.Identities[checked.Name], checked)
	}
	for index, key := range read.Tokens.Keys {
		if !key.Valid() || !key.IsPublic() || key.KeyID == "" {
			return nil, fmt.Errorf("tokens.keys[%d] is not a public key with a kid", index)
		}
		policy.TokenKeys = append(policy.TokenKeys, key)
	}
	for _, id := range read.Tokens.Revoked {
		policy.Revoked[id] = true
	}
	for index, described := range read.ImmutableTags {
		where := fmt.Sprintf("immutableTags[%d]", index)
		var tags immutableTags
		if tags.repositories, err = compile(described.Repositories, repositoryText, where+".repositories"); err != nil {
			return nil, err
		}
		if tags.except, err = compile(described.Except, tagText, where+".except"); err != nil {
			return nil, err
		}
		policy.immutable = append(policy.immutable, tags)
	}
	return policy, nil
}

func (described user) check(where string) (*User, error) {
	if err := checkName(described.Name, where); err != nil {
		return nil, err
	}
	checked := &User{Name: described.Name, Expires: timeOf(described.Expires)}
	for index, secret := range described.Secrets {
		if _, err := bcrypt.Cost([]byte(secret.Bcrypt)); err != nil {
			return nil, fmt.Errorf("%s.secrets[%d].bcrypt is not a bcrypt hash", where, index)
		}
		checked.Secrets = append(checked.Secrets, Secret{[]byte(secret.Bcrypt), timeOf(secret.Until)})
	}
	var err error
	if checked.AllowFrom, err = networks(described.AllowFrom, where+".allowFrom"); err != nil {
		return nil, err
	}
	checked.Rights, err = rights(described.Rules, where)
	return checked, err
}

func (described identity) check(where string) (*Identity, error) {
	if err := checkName(described.Name, where); err != nil {
		return nil, err
	}
	if described.Issuer == "" || described.Audience == "" {
		return nil, fmt.Errorf("%s needs an issuer and an audience", where)
	}
	if described.Jwks == nil {
		for field, address := range map[string]string{"issuer": described.Issuer, "jwksUrl": described.JwksURL} {
			if address != "" && !strings.HasPrefix(address, "https://") {
				return nil, fmt.Errorf("%s.%s: keys are fetched over https only", where, field)
			}
		}
	}
	if len(described.Claims) == 0 {
		return nil, fmt.Errorf("%s.claims is empty: every token of the issuer would be let in", where)
	}
	checked := &Identity{
		Name:     described.Name,
		Issuer:   described.Issuer,
		Audience: described.Audience,
		JwksURL:  described.JwksURL,
		Jwks:     described.Jwks,
		CA:       described.CA,
		Expires:  timeOf(described.Expires),
		Claims:   make(map[string]Patterns, len(described.Claims)),
	}
	for claim, texts := range described.Claims {
		if len(texts) == 0 {
			return nil, fmt.Errorf("%s.claims.%s is empty", where, claim)
		}
		patterns, err := compile(texts, anyText, where+".claims."+claim)
		if err != nil {
			return nil, err
		}
		checked.Claims[claim] = patterns
	}
	var err error
	if checked.AllowFrom, err = networks(described.AllowFrom, where+".allowFrom"); err != nil {
		return nil, err
	}
	checked.Rights, err = rights(described.Rules, where)
	return checked, err
}

// Immutable tells whether a tag of a repository may not move to another digest.
func (policy *Policy) Immutable(repository, tag string) bool {
	return slices.ContainsFunc(policy.immutable, func(tags immutableTags) bool {
		return tags.repositories.Match(repository) && !tags.except.Match(tag)
	})
}

// checkName refuses names that HTTP's basic authentication cannot carry.
func checkName(name, where string) error {
	if name == "" || strings.ContainsAny(name, ":\x00\r\n") {
		return fmt.Errorf("%s.name: %q is not a user name", where, name)
	}
	return nil
}

func timeOf(read *time.Time) time.Time {
	if read == nil {
		return time.Time{}
	}
	return *read
}

// networks reads networks and addresses.
func networks(texts []string, where string) ([]netip.Prefix, error) {
	prefixes := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %q is not a network or an address", where, text)
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	return prefixes, nil
}

// Within tells whether an address belongs to one of the networks.
func Within(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}
