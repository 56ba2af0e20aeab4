package access

import (
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// untimely is a token that was valid at another time, or will be. Its signature has been verified by then, so its holder is told; and since
// the clock of the registry may be what is wrong, it is named.
type untimely struct{ text string }

func (err untimely) Error() string { return err.text }

// checkTimes tells whether a token is valid now. A clock that is behind lets no token in before its time: both when it begins and when it
// was issued count. leeway is how long it is valid after its end.
func checkTimes(claims jwt.Claims, now time.Time, leeway time.Duration) error {
	text := func(moment time.Time) string { return moment.UTC().Format(time.RFC3339) }
	for verb, moment := range map[string]*jwt.NumericDate{"is valid only from": claims.NotBefore, "was issued at": claims.IssuedAt} {
		if moment != nil && moment.Time().After(now.Add(skew)) {
			return untimely{fmt.Sprintf("the token %s %s, and the registry's clock says %s", verb, text(moment.Time()), text(now))}
		}
	}
	if claims.Expiry == nil {
		return fmt.Errorf("the token does not expire")
	}
	if hasEnded(claims.Expiry.Time().Add(leeway), now) {
		return untimely{fmt.Sprintf("the token ended at %s, and the registry's clock says %s", text(claims.Expiry.Time()), text(now))}
	}
	return nil
}
