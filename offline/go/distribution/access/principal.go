package access

import (
	"fmt"

	"wharf.invalid/distribution/policy"
)

// Principal is who a request comes from.
type Principal struct {
	// Name is the user name; empty for a client without credentials.
	Name string
	// how it logged in: password, token, identity or anonymous.
	how string
	// grants all have to allow what it does.
	grants []policy.Rights
	// tokenLimit says what its token allows at most, where it has logged in with one.
	tokenLimit string
}

// May tells whether the principal may take an action on a repository.
func (principal *Principal) May(action, repository string) bool {
	for _, grant := range principal.grants {
		if !grant.Allow(action, repository) {
			return false
		}
	}
	return len(principal.grants) > 0
}

// refusalOf says why the principal may not take an action on a repository: for the user's rights, or for the token's where the user may.
func (principal *Principal) refusalOf(action, repository string) string {
	if principal.tokenLimit != "" && principal.grants[0].Allow(action, repository) {
		return "this token may only " + principal.tokenLimit
	}
	return fmt.Sprintf("user %s may not %s %s", principal.Name, phrase[action], repository)
}
