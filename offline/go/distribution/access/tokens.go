package access

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"wharf.invalid/distribution/policy"
)

// tokenIssuer is the "iss" of tokens that `wharf token create` makes.
const tokenIssuer = "wharf"

// skew is how far the clocks of two machines may differ.
const skew = time.Minute

// tokenClaims are the claims of such a token beside the registered ones.
type tokenClaims struct {
	jwt.Claims
	Access []policy.Rule `json:"access"`
}

// looksLikeToken tells a token from a password: three parts, of which the first is a JSON object in base64.
func looksLikeToken(password string) bool {
	return strings.HasPrefix(password, "eyJ") && strings.Count(password, ".") == 2
}

// findTokenKey is the key that a token names, nil where the password is not a token of ours.
func findTokenKey(password string, keys []jose.JSONWebKey) (*jwt.JSONWebToken, *jose.JSONWebKey) {
	if !looksLikeToken(password) {
		return nil, nil
	}
	token, err := jwt.ParseSigned(password, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil || len(token.Headers) != 1 {
		return nil, nil
	}
	index := slices.IndexFunc(keys, func(key jose.JSONWebKey) bool { return key.KeyID == token.Headers[0].KeyID })
	if index < 0 {
		return nil, nil
	}
	return token, &keys[index]
}

// tokenRules are what a token allows, where it is a valid one of this user's for this registry.
func tokenRules(token *jwt.JSONWebToken, key *jose.JSONWebKey, name, realm string, revoked map[string]bool, now time.Time) ([]policy.Rule, error) {
	var claims tokenClaims
	if err := token.Claims(key.Key, &claims); err != nil {
		return nil, err
	}
	// A token that ends, ends on time.
	if err := checkTimes(claims.Claims, now, 0); err != nil {
		return nil, err
	}
	expected := jwt.Expected{Issuer: tokenIssuer, AnyAudience: jwt.Audience{realm}, Subject: name, Time: now}
	if err := claims.ValidateWithLeeway(expected, skew); err != nil {
		return nil, err
	}
	if claims.ID == "" || revoked[claims.ID] {
		return nil, errors.New("the token is revoked")
	}
	return claims.Access, nil
}

// longestLimit bounds what a client is told of a token, in characters.
const longestLimit = 200

// limitOf says what a token allows at most: "pull from shop/api".
func limitOf(rules []policy.Rule) string {
	var parts []string
	for _, rule := range rules {
		var actions []string
		for _, action := range rule.Actions {
			actions = append(actions, phrase[action])
		}
		if len(actions) > 0 && len(rule.Repositories) > 0 {
			parts = append(parts, strings.Join(actions, " and ")+" "+strings.Join(rule.Repositories, ", "))
		}
	}
	if len(parts) == 0 {
		return "log in"
	}
	limit := []rune(strings.Join(parts, "; "))
	if len(limit) > longestLimit {
		return string(limit[:longestLimit]) + "…"
	}
	return string(limit)
}
