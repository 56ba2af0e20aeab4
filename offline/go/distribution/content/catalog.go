// Package content changes what distribution's repositories do with the images in them.
package content

import (
	"context"
	"errors"
	"io"

	"github.com/distribution/distribution/v3"
	"github.com/distribution/reference"

	"wharf.invalid/distribution/access"
	"wharf.invalid/distribution/policy"
)

// pageOfCatalog is how many repositories are read at a time.
const pageOfCatalog = 500

// namespace is all repositories of the registry, of which everybody sees those that they may pull.
type namespace struct{ distribution.Namespace }

// Catalog wraps a registry so that its list of repositories is each principal's own.
func Catalog(all distribution.Namespace) distribution.Namespace {
	return namespace{all}
}

// Remove deletes a repository; distribution looks for this method.
func (all namespace) Remove(ctx context.Context, name reference.Named) error {
	remover, ok := all.Namespace.(distribution.RepositoryRemover)
	if !ok {
		return distribution.ErrUnsupported
	}
	return remover.Remove(ctx, name)
}

// Repositories fills a page with the repositories after last. It ends with io.EOF where there are no more that the principal may see, so
// that neither a page's length nor the offer of another one tells of the others.
func (all namespace) Repositories(ctx context.Context, page []string, last string) (int, error) {
	exchange := access.ExchangeOf(ctx)
	if exchange == nil || exchange.Principal == nil {
		return 0, io.EOF
	}
	filled := 0
	names := make([]string, pageOfCatalog)
	for {
		read, err := all.Namespace.Repositories(ctx, names, last)
		for _, name := range names[:read] {
			if !exchange.Principal.May(policy.Pull, name) {
				continue
			}
			if filled == len(page) {
				return filled, nil
			}
			page[filled] = name
			filled++
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.EOF
			}
			return filled, err
		}
		last = names[read-1]
	}
}
