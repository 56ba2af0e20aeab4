package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"wharf.invalid/distribution/policy"
)

// identityAlgorithms are the signatures that tokens of platforms may have. "none" and those with a shared secret are not among them.
var identityAlgorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// identify finds the identity that a token of a platform belongs to, among those of one name.
func (keys *issuerKeys) identify(ctx context.Context, identities []*policy.Identity, password string, now time.Time) (*policy.Identity, error) {
	token, err := jwt.ParseSigned(password, identityAlgorithms)
	if err != nil {
		return nil, errors.New("the password is not a signed token")
	}
	if len(token.Headers) != 1 {
		return nil, errors.New("the token does not have one signature")
	}
	var reasons []error
	for _, identity := range identities {
		err := keys.verify(ctx, identity, token, now)
		if err == nil {
			return identity, nil
		}
		reasons = append(reasons, err)
	}
	return nil, errors.Join(reasons...)
}

// verify tells whether a token is the identity's: signed by its issuer, for its audience, valid now, with its claims.
func (keys *issuerKeys) verify(ctx context.Context, identity *policy.Identity, token *jwt.JSONWebToken, now time.Time) error {
	// Another issuer's token is refused before anything is fetched for it.
	var unverified jwt.Claims
	if err := token.UnsafeClaimsWithoutVerification(&unverified); err != nil {
		return err
	}
	if unverified.Issuer != identity.Issuer {
		return errors.New("the token is of another issuer")
	}
	candidates, err := keys.find(ctx, identity, token.Headers[0].KeyID, now)
	if err != nil {
		return err
	}
	var claims jwt.Claims
	var all map[string]any
	err = errors.New("the token is signed by another key")
	for _, key := range candidates {
		if !key.IsPublic() || key.Use == "enc" || (key.Algorithm != "" && key.Algorithm != token.Headers[0].Algorithm) {
			continue
		}
		if err = token.Claims(key.Key, &claims, &all); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	if err := checkTimes(claims, now, skew); err != nil {
		return err
	}
	expected := jwt.Expected{Issuer: identity.Issuer, AnyAudience: jwt.Audience{identity.Audience}, Time: now}
	if err := claims.ValidateWithLeeway(expected, skew); err != nil {
		return err
	}
	for claim, patterns := range identity.Claims {
		if !slices.ContainsFunc(textsOf(all[claim]), patterns.Match) {
			return fmt.Errorf("the claim %s of the token is another", claim)
		}
	}
	return nil
}

// textsOf are the values of a claim: of a list each, of anything but words, numbers and truths none.
func textsOf(claim any) []string {
	switch value := claim.(type) {
	case string:
		return []string{value}
	case bool:
		return []string{strconv.FormatBool(value)}
	case float64:
		return []string{strconv.FormatFloat(value, 'f', -1, 64)}
	case []any:
		var texts []string
		for _, one := range value {
			if text, ok := one.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	default:
		return nil
	}
}
