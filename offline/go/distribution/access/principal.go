package access

import "wharf.invalid/distribution/policy"

// Principal is who a request comes from.
type Principal struct {
	// Name is the user name; empty for a client without credentials.
	Name string
	// how it logged in: password, token, identity or anonymous.
	how string
	// grants all have to allow what it does.
	grants []policy.Rights
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
