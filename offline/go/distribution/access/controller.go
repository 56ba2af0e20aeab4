package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/distribution/distribution/v3/registry/api/errcode"
	v2 "github.com/distribution/distribution/v3/registry/api/v2"
	"github.com/distribution/distribution/v3/registry/auth"
	"github.com/gorilla/mux"

	"wharf.invalid/distribution/policy"
)

// Controller is distribution's access controller "roles": it says who may do what by the policy that holds at the moment.
type Controller struct {
	Settings
	live      *policy.Live
	passwords *passwords
	attempts  *attempts
	keys      *issuerKeys
	sessions  *Sessions
	now       func() time.Time
}

// Settings are what a controller is told once.
type Settings struct {
	// Realm is the name that clients show when they ask for a password, and the audience of tokens.
	Realm string
	// Host is the registry's own scheme and host, empty where it is what the client asked for.
	Host string
	// Secret is what the replicas of the registry share, empty where there is one only.
	Secret string
}

// NewController makes a controller of a policy.
func NewController(settings Settings, live *policy.Live) (*Controller, error) {
	passwords, err := newPasswords()
	if err != nil {
		return nil, err
	}
	sessions, err := NewSessions(settings.Secret)
	if err != nil {
		return nil, err
	}
	keys := &issuerKeys{sets: map[string]*keySet{}}
	return &Controller{settings, live, passwords, newAttempts(), keys, sessions, time.Now}, nil
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

// challenge asks for a user name and a password, or for a session.
type challenge struct {
	realm, reason, sessions string
	// told is what the client is told beside it; empty where it has not shown who it is.
	told string
}

func (asked challenge) Error() string { return asked.reason }

func (asked challenge) SetHeaders(_ *http.Request, w http.ResponseWriter) {
	value := fmt.Sprintf("Basic realm=%q", asked.realm)
	if asked.sessions != "" {
		value = fmt.Sprintf("Bearer realm=%q,service=%q", asked.sessions, asked.realm)
	}
	w.Header().Set("WWW-Authenticate", value)
}

// Authorized decides about a request. What it asks for is what distribution itself found in it, the source of a mount included, so that
// no other reading of a path or a form can differ.
func (controller *Controller) Authorized(r *http.Request, asked ...auth.Access) (*auth.Grant, error) {
	exchange := ExchangeOf(r.Context())
	if exchange == nil {
		return nil, fmt.Errorf("the request has no exchange")
	}
	grant, err := controller.decide(r, exchange, asked)
	tell(exchange, err)
	return grant, err
}

// tell has the answer say why a request is refused.
func tell(exchange *Exchange, err error) {
	switch refused := err.(type) {
	case refusal:
		exchange.Refuse(refused.code, refused.message)
	case challenge:
		if refused.told != "" {
			exchange.Refuse(errcode.ErrorCodeUnauthorized, refused.told)
		}
	}
}

func (controller *Controller) decide(r *http.Request, exchange *Exchange, asked []auth.Access) (*auth.Grant, error) {
	principal, err := controller.identify(r, exchange)
	if err != nil {
		return nil, err
	}
	// A client learns from the base of the API whether it has to log in.
	if principal.Name == "" && len(asked) == 0 && r.Header.Get("Authorization") == "" {
		return nil, controller.challenge(r, "no credentials")
	}
	if err := controller.authorize(r, exchange, asked); err != nil {
		return nil, err
	}
	resources := make([]auth.Resource, 0, len(asked))
	for _, access := range asked {
		resources = append(resources, access.Resource)
	}
	return &auth.Grant{User: auth.UserInfo{Name: principal.Name}, Resources: resources}, nil
}

// identify finds out who a request comes from, and whether they may connect from where they are.
func (controller *Controller) identify(r *http.Request, exchange *Exchange) (*Principal, error) {
	held := controller.live.Current()
	if held == nil {
		return nil, refusal{errcode.ErrorCodeUnavailable, "the registry has no valid policy yet, so nobody is let in"}
	}
	exchange.Address = addressOf(r, held.TrustedProxies)
	if len(held.AllowFrom) > 0 && !policy.Within(exchange.Address, held.AllowFrom) {
		return nil, refusal{errcode.ErrorCodeDenied, fmt.Sprintf("connections from %s are not allowed", exchange.Address)}
	}
	name, password, ok := controller.credentials(r)
	if !ok {
		return nil, controller.challenge(r, "the credentials cannot be read")
	}
	if name == "" && password == "" {
		if !held.AllowsAnonymous {
			return nil, controller.challenge(r, "no credentials")
		}
		exchange.Principal = &Principal{how: "anonymous", grants: []policy.Rights{held.Anonymous}}
		return exchange.Principal, nil
	}
	exchange.claimed = name
	principal, limits, err := controller.authenticate(r, exchange, held, name, password)
	if err != nil {
		return nil, err
	}
	if hasEnded(limits.expires, controller.now()) {
		expired := controller.challenge(r, "user "+name+" has expired")
		expired.told = expired.reason
		return nil, expired
	}
	if len(limits.allowFrom) > 0 && !policy.Within(exchange.Address, limits.allowFrom) {
		return nil, refusal{errcode.ErrorCodeDenied, fmt.Sprintf("user %s may not connect from %s", name, exchange.Address)}
	}
	exchange.Principal = principal
	return principal, nil
}

// limits are until when and from where somebody may log in.
type limits struct {
	expires   time.Time
	allowFrom []netip.Prefix
}

// authenticate checks the credentials of a request.
func (controller *Controller) authenticate(r *http.Request, exchange *Exchange, held *policy.Policy, name, password string) (*Principal, limits, error) {
	now := controller.now()
	if identities := held.Identities[name]; len(identities) > 0 {
		identity, err := controller.keys.identify(r.Context(), identities, password, now)
		if gone, ok := errors.AsType[unreachable](err); ok {
			return nil, limits{}, refusal{errcode.ErrorCodeUnavailable, gone.Error()}
		}
		if err != nil {
			return nil, limits{}, controller.untimely(r, err)
		}
		return &Principal{Name: name, how: "identity", grants: []policy.Rights{identity.Rights}}, limits{identity.Expires, identity.AllowFrom}, nil
	}
	user := held.Users[name]
	if token, key := findTokenKey(password, held.TokenKeys); token != nil && user != nil {
		rules, err := tokenRules(token, key, name, controller.Realm, held.Revoked, now)
		if err != nil {
			return nil, limits{}, controller.untimely(r, err)
		}
		carried, err := policy.RightsOf(rules)
		if err != nil {
			return nil, limits{}, controller.challenge(r, err.Error())
		}
		principal := &Principal{name, "token", []policy.Rights{user.Rights, carried}, limitOf(rules)}
		return principal, limits{user.Expires, user.AllowFrom}, nil
	}
	if !controller.passwords.isRemembered(user, password, now) {
		if !controller.attempts.begin(r.Context(), name, exchange.Address) {
			return nil, limits{}, refusal{errcode.ErrorCodeTooManyRequests, "too many wrong passwords, try again in a minute"}
		}
		if !controller.passwords.check(r, user, name, password, now) {
			return nil, limits{}, controller.challenge(r, "wrong user name or password")
		}
		controller.attempts.succeeded(name, exchange.Address)
	}
	return &Principal{Name: name, how: "password", grants: []policy.Rights{user.Rights}}, limits{user.Expires, user.AllowFrom}, nil
}

// credentials are the user name and password of a request, both empty where it has none. It is not ok where they cannot be read.
func (controller *Controller) credentials(r *http.Request) (name, password string, ok bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return "", "", true
	}
	if token, isBearer := strings.CutPrefix(header, "Bearer "); isBearer {
		held, err := controller.sessions.decode(token, controller.now())
		return held.Name, held.Password, err == nil
	}
	name, password, ok = r.BasicAuth()
	return name, password, ok && name != ""
}

// challenge asks a client to log in. Where it may go on without, it is asked for a session, with credentials or not.
func (controller *Controller) challenge(r *http.Request, reason string) challenge {
	asked := challenge{realm: controller.Realm, reason: reason}
	if held := controller.live.Current(); held != nil && held.AllowsAnonymous {
		asked.sessions = controller.origin(r) + SessionPath
	}
	return asked
}

// untimely asks a client to log in again; of a token that is not valid at the moment, it says so.
func (controller *Controller) untimely(r *http.Request, err error) challenge {
	asked := controller.challenge(r, err.Error())
	var told untimely
	if errors.As(err, &told) {
		asked.told = told.text
	}
	return asked
}

// origin is the scheme and host that the client reached the registry by, as distribution finds it out for its own addresses.
func (controller *Controller) origin(r *http.Request) string {
	if controller.Host != "" {
		return strings.TrimSuffix(controller.Host, "/")
	}
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if forwarded := r.Header.Get("X-Forwarded-Proto"); forwarded == "http" || forwarded == "https" {
		scheme = forwarded
	}
	return scheme + "://" + host
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
			return controller.challenge(r, "no credentials")
		}
		if writes(r) && access.Name == asked[0].Name {
			action = policy.Push
		}
		return refusal{errcode.ErrorCodeDenied, principal.refusalOf(action, access.Name)}
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
	return writes(r) && action == policy.Pull && repository == target && principal.May(policy.Push, repository)
}

// writes tells whether a request is one of those that distribution asks pull and push for.
func writes(r *http.Request) bool {
	return r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch
}

// actionOf is what a request needs. Distribution asks by method alone: an upload is cancelled and looked at by who may push.
func actionOf(r *http.Request, access auth.Access) string {
	route := mux.CurrentRoute(r)
	if route != nil && route.GetName() == v2.RouteNameBlobUploadChunk {
		return policy.Push
	}
	return access.Action
}
