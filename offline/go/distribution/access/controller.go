package access

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/distribution/distribution/v3/registry/api/errcode"
	v2 "github.com/distribution/distribution/v3/registry/api/v2"
	"github.com/distribution/distribution/v3/registry/auth"
	"github.com/gorilla/mux"

	"wharf.invalid/distribution/policy"
)

// Controller is distribution's access controller "roles": it says who may do what by the policy that holds at the moment.
type Controller struct {
	realm     string
	live      *policy.Live
	passwords *passwords
	attempts  *attempts
	now       func() time.Time
}

// NewController makes the controller of a realm, the name that clients show when they ask for a password.
func NewController(realm string, live *policy.Live) (*Controller, error) {
	passwords, err := newPasswords()
	if err != nil {
		return nil, err
	}
	return &Controller{realm, live, passwords, newAttempts(), time.Now}, nil
}

// contextual is a request, as far as waiting for it is concerned.
type contextual interface{ Context() context.Context }

// refusal is an answer other than "log in first"; the Exchange writes it.
type refusal struct {
	code    errcode.ErrorCode
	message string
}

func (refused refusal) Error() string { return refused.message }

// SetHeaders is called by distribution before it answers "log in first", which the Exchange replaces.
func (refused refusal) SetHeaders(*http.Request, http.ResponseWriter) {}

// challenge asks for a user name and a password.
type challenge struct{ realm, reason string }

func (asked challenge) Error() string { return asked.reason }

func (asked challenge) SetHeaders(_ *http.Request, w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf("Basic realm=%q", asked.realm))
}

// Authorized decides about a request. What it asks for is what distribution itself found in it, the source of a mount included, so that
// no other reading of a path or a form can differ.
func (controller *Controller) Authorized(r *http.Request, asked ...auth.Access) (*auth.Grant, error) {
	exchange := ExchangeOf(r.Context())
	if exchange == nil {
		return nil, fmt.Errorf("the request has no exchange")
	}
	grant, err := controller.decide(r, exchange, asked)
	if refused, ok := err.(refusal); ok {
		exchange.Refuse(refused.code, refused.message)
	}
	return grant, err
}

func (controller *Controller) decide(r *http.Request, exchange *Exchange, asked []auth.Access) (*auth.Grant, error) {
	held := controller.live.Current()
	if held == nil {
		return nil, refusal{errcode.ErrorCodeUnavailable, "the registry has no valid policy yet, so nobody is let in"}
	}
	exchange.Address = addressOf(r, held.TrustedProxies)
	if len(held.AllowFrom) > 0 && !policy.Within(exchange.Address, held.AllowFrom) {
		return nil, refusal{errcode.ErrorCodeDenied, fmt.Sprintf("connections from %s are not allowed", exchange.Address)}
	}
	principal, err := controller.authenticate(r, exchange, held)
	if err != nil {
		return nil, err
	}
	exchange.Principal = principal
	if err := controller.authorize(r, exchange, asked); err != nil {
		return nil, err
	}
	resources := make([]auth.Resource, 0, len(asked))
	for _, access := range asked {
		resources = append(resources, access.Resource)
	}
	return &auth.Grant{User: auth.UserInfo{Name: principal.Name}, Resources: resources}, nil
}

// authenticate finds out who a request comes from.
func (controller *Controller) authenticate(r *http.Request, exchange *Exchange, held *policy.Policy) (*Principal, error) {
	name, password, ok := r.BasicAuth()
	if !ok {
		if r.Header.Get("Authorization") == "" && held.AllowsAnonymous {
			return &Principal{how: "anonymous", grants: []policy.Rights{held.Anonymous}}, nil
		}
		return nil, challenge{controller.realm, "no credentials"}
	}
	now := controller.now()
	user := held.Users[name]
	if !controller.passwords.isRemembered(user, password, now) {
		if !controller.attempts.begin(r.Context(), name, exchange.Address) {
			return nil, refusal{errcode.ErrorCodeTooManyRequests, "too many wrong passwords, try again in a minute"}
		}
		if !controller.passwords.check(r, user, name, password, now) {
			return nil, challenge{controller.realm, "wrong user name or password"}
		}
		controller.attempts.succeeded(name, exchange.Address)
	}
	if hasEnded(user.Expires, now) {
		return nil, challenge{controller.realm, "user " + name + " has expired"}
	}
	if len(user.AllowFrom) > 0 && !policy.Within(exchange.Address, user.AllowFrom) {
		return nil, refusal{errcode.ErrorCodeDenied, fmt.Sprintf("user %s may not connect from %s", name, exchange.Address)}
	}
	return &Principal{name, "password", []policy.Rights{user.Rights}}, nil
}

// authorize says whether the principal may do all that is asked.
func (controller *Controller) authorize(r *http.Request, exchange *Exchange, asked []auth.Access) error {
	principal := exchange.Principal
	variables := mux.Vars(r)
	exchange.repository = variables["name"]
	exchange.reference = cmp.Or(variables["reference"], variables["digest"])
	for _, access := range asked {
		// The catalog holds only what the principal may pull, so everybody may ask for it.
		if access.Type == "registry" && access.Name == "catalog" {
			exchange.actions = append(exchange.actions, "catalog")
			continue
		}
		action := actionOf(r, access)
		exchange.actions = append(exchange.actions, action)
		if access.Type == "repository" && controller.may(r, principal, action, access.Name, asked[0].Name) {
			continue
		}
		if principal.Name == "" {
			return challenge{controller.realm, "no credentials"}
		}
		return refusal{
			errcode.ErrorCodeDenied,
			fmt.Sprintf("user %s may not %s %s", principal.Name, phrase[action], access.Name),
		}
	}
	return nil
}

// phrase completes "may not".
var phrase = map[string]string{policy.Pull: "pull from", policy.Push: "push to", policy.Delete: "delete from"}

// may tells whether an action is allowed. A request that writes asks for pull of the same repository too, which push includes there.
func (controller *Controller) may(r *http.Request, principal *Principal, action, repository, target string) bool {
	if principal.May(action, repository) {
		return true
	}
	writes := r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch
	return writes && action == policy.Pull && repository == target && principal.May(policy.Push, repository)
}

// actionOf is what a request needs. Distribution asks by method alone: an upload is cancelled and looked at by who may push.
func actionOf(r *http.Request, access auth.Access) string {
	route := mux.CurrentRoute(r)
	if route != nil && route.GetName() == v2.RouteNameBlobUploadChunk {
		return policy.Push
	}
	return access.Action
}
