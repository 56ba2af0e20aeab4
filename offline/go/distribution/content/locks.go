package content

import "sync"

// locks are held by name. One that nobody holds takes no memory.
type locks struct {
	mutex sync.Mutex
	held  map[string]*heldLock
}

type heldLock struct {
	mutex sync.Mutex
	users int
}

// settingTags are held while a tag is set, by repository and tag.
var settingTags = locks{held: map[string]*heldLock{}}

// lock waits until nobody else holds a name, and returns what gives it back.
func (all *locks) lock(name string) (unlock func()) {
	all.mutex.Lock()
	one := all.held[name]
	if one == nil {
		one = &heldLock{}
		all.held[name] = one
	}
	one.users++
	all.mutex.Unlock()
	one.mutex.Lock()
	return func() {
		one.mutex.Unlock()
		all.mutex.Lock()
		defer all.mutex.Unlock()
		if one.users--; one.users == 0 {
			delete(all.held, name)
		}
	}
}
