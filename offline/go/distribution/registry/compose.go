package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/distribution/distribution/v3"
	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry"
	"github.com/distribution/distribution/v3/registry/auth"
	registrymiddleware "github.com/distribution/distribution/v3/registry/middleware/registry"
	repositorymiddleware "github.com/distribution/distribution/v3/registry/middleware/repository"
	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	storagemiddleware "github.com/distribution/distribution/v3/registry/storage/driver/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"wharf.invalid/distribution/access"
	"wharf.invalid/distribution/claims"
	"wharf.invalid/distribution/collection"
	"wharf.invalid/distribution/content"
	"wharf.invalid/distribution/outage"
	"wharf.invalid/distribution/policy"
	"wharf.invalid/distribution/space"
)

// roles is the name of the access controller in the configuration, and of what belongs to it.
const roles = "roles"

// referrers is the name of the middleware that keeps the index of who refers to what.
const referrers = "referrers"

// collected is the name of the middleware that keeps what is in use from being collected.
const collected = "collected"

// answering is the name of the middleware that tells clients why the storage failed them.
const answering = "answering"

// limited is the name of the middleware that leaves some of the volume free.
const limited = "limited"

// compose puts our parts into distribution: the referrers API, and where the configuration names the access controller "roles", that with
// immutable tags and each user's own catalog. They need no configuration of their own.
func compose(ctx context.Context, config *configuration.Configuration) error {
	locks, err := locksOf(config)
	if err != nil {
		return err
	}
	// A middleware of the storage may send clients elsewhere for a blob.
	sendsFiles := config.Storage.Type() == "filesystem" && len(config.Middleware["storage"]) == 0
	err = repositorymiddleware.Register(referrers, func(_ context.Context, repository distribution.Repository, _ map[string]any) (distribution.Repository, error) {
		if sendsFiles {
			repository = content.BlobFiles(repository, imagesRoot(config))
		}
		return content.Referrers(repository, locks), nil
	})
	if err != nil {
		return err
	}
	use(config, "storage", answering)
	err = storagemiddleware.Register(answering, func(_ context.Context, driver storagedriver.StorageDriver, _ map[string]any) (storagedriver.StorageDriver, error) {
		return outage.Driver(driver), nil
	})
	if err != nil {
		return err
	}
	if err := composeSpace(ctx, config); err != nil {
		return err
	}
	if err := composeCollection(ctx, config); err != nil {
		return err
	}
	// A cache takes no pushes.
	if config.Proxy.RemoteURL == "" {
		use(config, "repository", referrers)
	}
	if config.Auth.Type() != roles {
		return nil
	}
	realm, _ := config.Auth.Parameters()["realm"].(string)
	path, _ := config.Auth.Parameters()["policy"].(string)
	if realm == "" || path == "" {
		return errors.New("auth.roles needs a realm and the path of a policy")
	}
	valid := promauto.NewGauge(prometheus.GaugeOpts{
		Name: "wharf_registry_policy_valid",
		Help: "1 where the policy file is valid, 0 where the last valid one holds in its place.",
	})
	for _, kind := range []string{"registry", "repository"} {
		use(config, kind, roles)
	}
	live := policy.NewLive(path)
	live.Changed = func(isValid bool) {
		valid.Set(map[bool]float64{true: 1, false: 0}[isValid])
	}
	return errors.Join(
		auth.Register(roles, func(map[string]any) (auth.AccessController, error) {
			// Distribution has set the log up by now.
			live.Start(ctx)
			audit := access.NewAudit()
			record = audit.Record
			settings := access.Settings{Realm: realm, Host: config.HTTP.Host, Secret: config.HTTP.Secret}
			controller, err := access.NewController(settings, live)
			if err == nil {
				serveSession = controller.ServeSession
				administrator = controller.Administrator
			}
			return controller, err
		}),
		registrymiddleware.Register(roles, func(_ context.Context, all distribution.Namespace, _ storagedriver.StorageDriver, _ map[string]any) (distribution.Namespace, error) {
			return content.Catalog(all), nil
		}),
		repositorymiddleware.Register(roles, func(_ context.Context, repository distribution.Repository, _ map[string]any) (distribution.Repository, error) {
			return content.Immutable(repository, live, locks), nil
		}),
	)
}

// composeSpace turns pushes away before the volume of the images is full. What a pull-through cache fetches is not pushed.
func composeSpace(ctx context.Context, config *configuration.Configuration) error {
	if config.Storage.Type() != "filesystem" || config.Proxy.RemoteURL != "" {
		return nil
	}
	limits, err := space.ParseLimits(config.Storage.Parameters())
	if err != nil {
		return err
	}
	volume = space.NewVolume(imagesRoot(config), limits)
	volume.RegisterMetrics(prometheus.DefaultRegisterer)
	volume.Start(ctx.Done())
	use(config, "storage", limited)
	use(config, "repository", limited)
	return errors.Join(
		storagemiddleware.Register(limited, func(_ context.Context, driver storagedriver.StorageDriver, _ map[string]any) (storagedriver.StorageDriver, error) {
			return volume.Driver(driver), nil
		}),
		repositorymiddleware.Register(limited, func(_ context.Context, repository distribution.Repository, _ map[string]any) (distribution.Repository, error) {
			return volume.Repository(repository), nil
		}),
	)
}

// composeCollection lets the registry delete by the rules that auth.roles.retention names, and free what nothing names.
func composeCollection(ctx context.Context, config *configuration.Configuration) error {
	path, _ := config.Auth.Parameters()["retention"].(string)
	if config.Auth.Type() != roles || path == "" {
		return nil
	}
	if config.Proxy.RemoteURL != "" {
		return errors.New("auth.roles.retention is not for a pull-through cache, which deletes by its own ttl")
	}
	collection.RegisterMetrics(prometheus.DefaultRegisterer)
	collector = collection.NewService(path)
	// The first middleware is the innermost: what the others do is claimed as well.
	for _, kind := range []string{"registry", "repository"} {
		use(config, kind, collected)
	}
	return errors.Join(
		registrymiddleware.Register(collected, func(_ context.Context, all distribution.Namespace, driver storagedriver.StorageDriver, _ map[string]any) (distribution.Namespace, error) {
			if volume != nil {
				volume.Reserve()
			}
			collector.Attach(ctx, all, driver)
			return all, nil
		}),
		repositorymiddleware.Register(collected, func(_ context.Context, repository distribution.Repository, _ map[string]any) (distribution.Repository, error) {
			return claims.Repository(repository), nil
		}),
	)
}

// use names a middleware of ours in the configuration, where it does not do so itself.
func use(config *configuration.Configuration, kind, name string) {
	named := func(middleware configuration.Middleware) bool { return middleware.Name == name }
	if slices.ContainsFunc(config.Middleware[kind], named) {
		return
	}
	if config.Middleware == nil {
		config.Middleware = map[string][]configuration.Middleware{}
	}
	config.Middleware[kind] = append(config.Middleware[kind], configuration.Middleware{Name: name})
}

// What the controller adds around distribution's handlers; set once, before the first request.
var (
	record       = func(*http.Request, *access.Exchange) {}
	serveSession http.HandlerFunc
	// administrator answers those who may not do everything.
	administrator = func(http.ResponseWriter, *http.Request) bool { return false }
	// volume is nil where a bucket holds the images, and of a pull-through cache.
	volume *space.Volume
	// collector is nil where nothing is collected.
	collector *collection.Service
)

func init() {
	registry.RegisterHandler(func(config *configuration.Configuration, next http.Handler) http.Handler {
		if serveSession != nil {
			path := strings.TrimSuffix(config.HTTP.Prefix, "/") + access.SessionPath
			next = atPath(path, serveSession, next)
		}
		if collector != nil {
			next = claims.Requests(collector.Pulls(next))
			next = collector.Paths(config.HTTP.Prefix, administrator, next)
		}
		handler = access.Exchanges(content.ReferrersAPI(next), record)
		return handler
	})
}

// atPath serves one path, and leaves all others to next.
func atPath(path string, serve http.HandlerFunc, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			serve(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
