// Package access decides who a request comes from and what it may do.
package access

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"

	"github.com/distribution/distribution/v3/registry/api/errcode"
	"github.com/felixge/httpsnoop"
)

// Exchange is what is learned about one request while distribution handles it: who asks, and what the answer is to say that its
// handlers cannot. Their interfaces know "log in first" and "bad request" only.
type Exchange struct {
	// Principal is who asks; nil until that is known.
	Principal *Principal
	// Address is where the request comes from.
	Address netip.Addr
	// Subject is the digest that a pushed manifest refers to.
	Subject string

	// What is asked for, as distribution read it.
	repository, reference string
	actions               []string
	// claimed is the user name that the client sent, whoever it is.
	claimed string

	refused *errcode.Error
	status  int
}

type exchangeKey struct{}

// ExchangeOf is the exchange that a context belongs to, nil outside of a request.
func ExchangeOf(ctx context.Context) *Exchange {
	exchange, _ := ctx.Value(exchangeKey{}).(*Exchange)
	return exchange
}

// Refuse makes the answer this error, whatever error distribution answers. It never turns a success into one.
func (exchange *Exchange) Refuse(code errcode.ErrorCode, message string) {
	refused := code.WithMessage(message)
	exchange.refused = &refused
}

// retryAfter is when clients may try again what is not available, in seconds.
const retryAfter = "10"

// Fail makes the answer this error where nothing was refused before, whatever error distribution answers.
func (exchange *Exchange) Fail(code errcode.ErrorCode, message string) {
	if exchange.refused == nil {
		exchange.Refuse(code, message)
	}
}

// Exchanges gives every request an Exchange and writes what it holds into the answer. done is called after each.
func Exchanges(next http.Handler, done func(*http.Request, *Exchange)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchange := &Exchange{}
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, exchange))
		next.ServeHTTP(exchange.writer(w), r)
		done(r, exchange)
	})
}

func (exchange *Exchange) writer(w http.ResponseWriter) http.ResponseWriter {
	replaced := false
	return httpsnoop.Wrap(w, httpsnoop.Hooks{
		WriteHeader: func(write httpsnoop.WriteHeaderFunc) httpsnoop.WriteHeaderFunc {
			return func(status int) {
				if exchange.refused != nil && status >= 400 && !replaced {
					replaced = true
					exchange.answer(w)
					return
				}
				if exchange.Subject != "" && status == http.StatusCreated {
					w.Header().Set("OCI-Subject", exchange.Subject)
				}
				if exchange.status == 0 {
					exchange.status = status
				}
				write(status)
			}
		},
		Write: func(write httpsnoop.WriteFunc) httpsnoop.WriteFunc {
			return func(body []byte) (int, error) {
				if replaced {
					return len(body), nil
				}
				return write(body)
			}
		},
	})
}

// answer writes the error in the form of the OCI distribution specification, which clients print.
func (exchange *Exchange) answer(w http.ResponseWriter) {
	exchange.status = exchange.refused.Code.Descriptor().HTTPStatusCode
	body, err := json.Marshal(errcode.Errors{*exchange.refused})
	if err != nil {
		body = nil
	}
	w.Header().Del("Content-Length")
	w.Header().Set("Content-Type", "application/json")
	if exchange.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(exchange.status)
	_, _ = w.Write(body)
}
