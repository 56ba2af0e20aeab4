package access

import (
	"net/http"
	"net/netip"
	"testing"
)

func TestAddressOf(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, row := range []struct{ remote, forwarded, real, address string }{
		{"192.0.2.1:1", "", "", "192.0.2.1"},
		{"192.0.2.1:1", "198.51.100.1", "198.51.100.1", "192.0.2.1"},
		{"10.0.0.1:1", "198.51.100.1", "", "198.51.100.1"},
		{"10.0.0.1:1", "", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "", "", "10.0.0.1"},
		{"10.0.0.1:1", "203.0.113.1, 198.51.100.1", "", "198.51.100.1"},
		{"10.0.0.1:1", "203.0.113.1, 198.51.100.1, 10.0.0.2", "", "198.51.100.1"},
		{"10.0.0.1:1", "203.0.113.1, x, 10.0.0.2", "", "10.0.0.2"},
		{"10.0.0.1:1", "10.0.0.3, 10.0.0.2", "", "10.0.0.3"},
		{"[::ffff:192.0.2.1]:1", "", "", "192.0.2.1"},
		{"[2001:db8::1]:1", "", "", "2001:db8::1"},
	} {
		request := &http.Request{RemoteAddr: row.remote, Header: http.Header{}}
		if row.forwarded != "" {
			request.Header.Set("X-Forwarded-For", row.forwarded)
		}
		if row.real != "" {
			request.Header.Set("X-Real-IP", row.real)
		}
		if address := addressOf(request, trusted); address.String() != row.address {
			t.Errorf("%+v: %s", row, address)
		}
	}
}
