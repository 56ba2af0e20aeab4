package access

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"
)

func TestAttemptsAreSlowedByUserAndByAddress(t *testing.T) {
	var slept time.Duration
	all := newAttempts()
	all.sleep = func(_ context.Context, duration time.Duration) error { slept = duration; return nil }
	try := func(name, address string) time.Duration {
		slept = 0
		if !all.begin(context.Background(), name, netip.MustParseAddr(address)) {
			t.Fatal("refused")
		}
		return slept
	}
	for range freeAttempts {
		if try("ci", "10.0.0.1") != 0 {
			t.Error("the first attempts wait")
		}
	}
	if first, second := try("ci", "10.0.0.1"), try("ci", "10.0.0.1"); first != firstDelay || second != 2*firstDelay {
		t.Errorf("the next ones wait %s and %s", first, second)
	}
	for range 40 {
		try("ci", "10.0.0.1")
	}
	if try("ci", "10.0.0.1") != longestByAddress {
		t.Error("an address waits without bound, or too little")
	}
	if try("other", "10.0.0.1") != longestByAddress {
		t.Error("an address does not wait for another user")
	}
	if try("ci", "10.0.0.2") != longestByUser {
		t.Error("a user waits for long because of another's wrong passwords")
	}
	if try("other", "10.0.0.3") != 0 {
		t.Error("others wait")
	}
	if try("ci", "2001:db8::1") != longestByUser || try("new", "2001:db8::2") != 0 {
		t.Error("an address that tried once waits")
	}
	for range freeAttempts {
		try("new", "2001:db8::3")
	}
	if try("newer", "2001:db8::4") == 0 {
		t.Error("a network of IPv6 is as many addresses as it likes")
	}
}

func TestRightPasswordsDoNotCount(t *testing.T) {
	all := newAttempts()
	all.sleep = func(context.Context, time.Duration) error { t.Error("a right password waits"); return nil }
	address := netip.MustParseAddr("10.0.0.1")
	for range 100 {
		all.begin(context.Background(), "ci", address)
		all.succeeded("ci", address)
	}
}

func TestAttemptsMadeAtOnceAreBounded(t *testing.T) {
	all := newAttempts()
	hold := make(chan struct{})
	all.sleep = func(context.Context, time.Duration) error { <-hold; return nil }
	address := netip.MustParseAddr("10.0.0.1")
	for range freeAttempts {
		all.begin(context.Background(), "ci", address)
	}
	var waiting sync.WaitGroup
	results := make(chan bool, 10*waitingAtOnce)
	for range 10 * waitingAtOnce {
		waiting.Go(func() { results <- all.begin(context.Background(), "ci", address) })
	}
	for range 9 * waitingAtOnce {
		if <-results {
			t.Error("an attempt went on without waiting")
		}
	}
	close(hold)
	waiting.Wait()
	for range waitingAtOnce {
		if !<-results {
			t.Error("an attempt that waited was refused")
		}
	}
}
