package access

import (
	"net/http"
	"net/netip"
	"strings"

	"wharf.invalid/distribution/policy"
)

// addressOf is where a request comes from. What a request says about that itself is believed of trusted proxies only, and of a chain of
// addresses the last that is not a trusted proxy's counts: whatever stands before it was written by the client.
func addressOf(r *http.Request, trusted []netip.Prefix) netip.Addr {
	connection, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := connection.Addr().Unmap()
	if !policy.Within(address, trusted) {
		return address
	}
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	if strings.TrimSpace(chain[0]) == "" {
		chain = []string{r.Header.Get("X-Real-IP")}
	}
	for index := len(chain) - 1; index >= 0; index-- {
		named, err := netip.ParseAddr(strings.TrimSpace(chain[index]))
		if err != nil {
			return address
		}
		address = named.Unmap()
		if !policy.Within(address, trusted) {
			return address
		}
	}
	return address
}
