package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/redis/go-redis/v9"

	"wharf.invalid/distribution/content"
)

// locksOf are the locks that all processes on the same images share: in the Redis that the configuration names, or in files beside the
// images. Of a bucket without Redis only one process may serve images with immutable tags.
func locksOf(config *configuration.Configuration) (content.Locks, error) {
	if len(config.Redis.Options.Addrs) > 0 {
		client, err := redisClient(config.Redis)
		if err != nil {
			return nil, err
		}
		return content.NewRedisLocks(client), nil
	}
	if config.Storage.Type() == "filesystem" {
		return content.NewFileLocks(filepath.Join(imagesRoot(config), "wharf", "locks")), nil
	}
	return content.NewProcessLocks(), nil
}

// imagesRoot is the directory of distribution's driver filesystem: its default where the configuration names none.
func imagesRoot(config *configuration.Configuration) string {
	if named, ok := config.Storage.Parameters()["rootdirectory"]; ok {
		return fmt.Sprint(named)
	}
	return "/var/lib/registry"
}

// redisClient is a client of the Redis in which distribution caches, by the same settings; distribution does not give its own away.
func redisClient(config configuration.Redis) (redis.UniversalClient, error) {
	options := config.Options
	universal := redis.UniversalOptions{
		Addrs:                 options.Addrs,
		ClientName:            options.ClientName,
		DB:                    options.DB,
		Protocol:              options.Protocol,
		Username:              options.Username,
		Password:              options.Password,
		SentinelUsername:      options.SentinelUsername,
		SentinelPassword:      options.SentinelPassword,
		MaxRetries:            options.MaxRetries,
		MinRetryBackoff:       options.MinRetryBackoff,
		MaxRetryBackoff:       options.MaxRetryBackoff,
		DialTimeout:           options.DialTimeout,
		ReadTimeout:           options.ReadTimeout,
		WriteTimeout:          options.WriteTimeout,
		ContextTimeoutEnabled: true,
		PoolTimeout:           options.PoolTimeout,
		ConnMaxIdleTime:       options.ConnMaxIdleTime,
		ConnMaxLifetime:       options.ConnMaxLifetime,
		MaxRedirects:          options.MaxRedirects,
		MasterName:            options.MasterName,
		DisableIdentity:       options.DisableIdentity,
		IdentitySuffix:        options.IdentitySuffix,
	}
	if len(config.TLS.RootCAs) > 0 || config.TLS.Certificate != "" {
		settings := &tls.Config{}
		if config.TLS.Certificate != "" && config.TLS.Key != "" {
			pair, err := tls.LoadX509KeyPair(config.TLS.Certificate, config.TLS.Key)
			if err != nil {
				return nil, err
			}
			settings.Certificates = []tls.Certificate{pair}
		}
		for _, path := range config.TLS.RootCAs {
			authority, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			if settings.RootCAs == nil {
				settings.RootCAs = x509.NewCertPool()
			}
			if !settings.RootCAs.AppendCertsFromPEM(authority) {
				return nil, fmt.Errorf("%s holds no certificate", path)
			}
		}
		universal.TLSConfig = settings
	}
	return redis.NewUniversalClient(&universal), nil
}
