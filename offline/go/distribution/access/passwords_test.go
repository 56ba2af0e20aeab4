package access

import (
	"context"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"wharf.invalid/distribution/policy"
)

type background struct{}

func (background) Context() context.Context { return context.Background() }

func TestPasswordsAreRememberedWhileTheirSecretHolds(t *testing.T) {
	hash := func(password string) []byte {
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	all, err := newPasswords()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	old, current := hash("old"), hash("new")
	user := &policy.User{Name: "ci", Secrets: []policy.Secret{{Bcrypt: old, Until: now.Add(time.Hour)}, {Bcrypt: current}}}
	accepted := func(of *policy.User, password string, at time.Time) bool {
		return all.isRemembered(of, password, at) || all.check(background{}, of, "ci", password, at)
	}
	if all.isRemembered(user, "old", now) || !accepted(user, "old", now) || !all.isRemembered(user, "old", now) {
		t.Error("a right password is not remembered")
	}
	if accepted(user, "wrong", now) || accepted(nil, "old", now) || !accepted(user, "new", now) {
		t.Error("a wrong password is accepted, or a right one is not")
	}
	if accepted(user, "old", now.Add(time.Hour)) {
		t.Error("a remembered password outlives its secret")
	}
	same := &policy.User{Name: "ci", Secrets: []policy.Secret{{Bcrypt: old}}}
	if !all.isRemembered(same, "old", now) || all.isRemembered(same, "new", now) || accepted(same, "new", now) {
		t.Error("another policy does not decide by its own secrets")
	}
	other := &policy.User{Name: "other", Secrets: []policy.Secret{{Bcrypt: hash("other")}}}
	if all.isRemembered(other, "old", now) {
		t.Error("a password is remembered for another user")
	}
}
