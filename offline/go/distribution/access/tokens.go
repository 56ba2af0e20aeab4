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

// tokenRights are the rights that a token carries, where it is a valid one of this user's for this registry.
func tokenRights(token *jwt.JSONWebToken, key *jose.JSONWebKey, name, realm string, revoked map[string]bool, now time.Time) (policy.Rights, error) {
	var claims tokenClaims
	if err := token.Claims(key.Key, &claims); err != nil {
		return nil, err
	}
	expected := jwt.Expected{Issuer: tokenIssuer, AnyAudience: jwt.Audience{realm}, Subject: name, Time: now}
	if err := claims.ValidateWithLeeway(expected, skew); err != nil {
		return nil, err
	}
	// A token that ends, ends on time.
	if claims.Expiry == nil || hasEnded(claims.Expiry.Time(), now) {
		return nil, errors.New("the token has expired")
	}
	if claims.ID == "" || revoked[claims.ID] {
		return nil, errors.New("the token is revoked")
	}
	return policy.RightsOf(claims.Access)
}
