package access

import (
	"fmt"
	"net/http"

	"github.com/distribution/distribution/v3/registry/api/errcode"

	"wharf.invalid/distribution/policy"
)

// Administers tells whether the principal may take every action on every repository.
func (principal *Principal) Administers() bool {
	for _, grant := range principal.grants {
		for _, action := range []string{policy.Pull, policy.Push, policy.Delete} {
			if !grant.AllowEverywhere(action) {
				return false
			}
		}
	}
	return len(principal.grants) > 0
}

// Administrator tells whether a request comes from somebody who may do everything. Where it does not, it has answered.
func (controller *Controller) Administrator(w http.ResponseWriter, r *http.Request) bool {
	exchange := ExchangeOf(r.Context())
	exchange.actions = append(exchange.actions, "administer")
	principal, err := controller.identify(r, exchange)
	switch refused := err.(type) {
	case nil:
	case refusal:
		exchange.Refuse(refused.code, refused.message)
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnauthorized)
		return false
	default:
		challenge{realm: controller.Realm}.SetHeaders(r, w)
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnauthorized)
		return false
	}
	if principal.Administers() {
		return true
	}
	name := principal.Name
	if name == "" {
		challenge{realm: controller.Realm}.SetHeaders(r, w)
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnauthorized)
		return false
	}
	exchange.Refuse(errcode.ErrorCodeDenied, fmt.Sprintf("user %s is not an administrator of the registry", name))
	_ = errcode.ServeJSON(w, errcode.ErrorCodeDenied)
	return false
}
