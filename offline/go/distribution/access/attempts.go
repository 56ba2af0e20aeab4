package access

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
)

const (
	// countedNames is how many users and addresses are watched; of more, those seen longest ago are forgotten.
	countedNames = 8192
	// forgiveAfter is how long wrong passwords count.
	forgiveAfter = 15 * time.Minute
	// freeAttempts may be wrong without a delay: people mistype, and a changed password is tried by every running client.
	freeAttempts = 5
	firstDelay   = 100 * time.Millisecond
	// longestByAddress and longestByUser bound the delays. Somebody else's wrong passwords delay a user's login, so that bound is low:
	// nobody can be locked out.
	longestByAddress = 10 * time.Second
	longestByUser    = 2 * time.Second
	// waitingAtOnce bounds how many requests wait; more are told to come again.
	waitingAtOnce = 128
)

// attempts slows wrong passwords down, by the user they are for and by the address they come from. Delays double with each.
type attempts struct {
	mutex   sync.Mutex
	counts  *expirable.LRU[string, int]
	waiting chan struct{}
	sleep   func(context.Context, time.Duration) error
}

func newAttempts() *attempts {
	return &attempts{
		counts:  expirable.NewLRU[string, int](countedNames, nil, forgiveAfter),
		waiting: make(chan struct{}, waitingAtOnce),
		sleep:   sleep,
	}
}

// begin counts an attempt, and waits as long as earlier wrong ones ask for. It is counted before it is checked, so that attempts made at
// once do not pass as first ones. It returns false where too many wait already, or the client is gone.
func (all *attempts) begin(ctx context.Context, name string, address netip.Addr) bool {
	delay := max(
		delayAfter(all.count(addressKey(address), 1), longestByAddress),
		delayAfter(all.count(userKey(name), 1), longestByUser),
	)
	if delay == 0 {
		return true
	}
	select {
	case all.waiting <- struct{}{}:
		defer func() { <-all.waiting }()
		return all.sleep(ctx, delay) == nil
	default:
		return false
	}
}

// succeeded takes back the attempt of a right password. Wrong ones of others go on counting.
func (all *attempts) succeeded(name string, address netip.Addr) {
	all.count(addressKey(address), -1)
	all.count(userKey(name), -1)
}

// count changes a counter, and returns what it was.
func (all *attempts) count(key string, by int) int {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	before, _ := all.counts.Get(key)
	if after := before + by; after > 0 {
		all.counts.Add(key, after)
	} else {
		all.counts.Remove(key)
	}
	return before
}

// delayAfter is how long the next attempt waits after so many wrong ones.
func delayAfter(wrong int, longest time.Duration) time.Duration {
	if wrong < freeAttempts {
		return 0
	}
	return min(longest, firstDelay<<min(wrong-freeAttempts, 16))
}

// addressKey is the network that an address is counted under: of IPv6 a customer has a whole /64.
func addressKey(address netip.Addr) string {
	if address.Is6() {
		if prefix, err := address.Prefix(64); err == nil {
			return "address " + prefix.String()
		}
	}
	return "address " + address.String()
}

func userKey(name string) string {
	return "user " + name
}

func sleep(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
