package changes

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Every way in which a file gets new contents: by a shell, by a rename, by an upload into a volume, and by the kubelet.
func TestAChangeIsSeenBeforeTheNextLook(t *testing.T) {
	directory := t.TempDir()
	file := filepath.Join(directory, "policy.json")
	link := filepath.Join(directory, "mounted.json")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, contents string) { t.Helper(); must(os.WriteFile(name, []byte(contents), 0o600)) }
	version := func(name string) string {
		t.Helper()
		must(os.Mkdir(filepath.Join(directory, name), 0o700))
		write(filepath.Join(directory, name, "mounted.json"), name)
		must(os.Symlink(name, filepath.Join(directory, "..new")))
		must(os.Rename(filepath.Join(directory, "..new"), filepath.Join(directory, "..data")))
		return name
	}
	write(file, "first")
	version("..first")
	must(os.Symlink("..data/mounted.json", link))

	seen := make(chan string, 64)
	// Nothing is looked at by the clock while the test lasts.
	watch(t.Context(), func() {
		one, _ := os.ReadFile(file)
		other, _ := os.ReadFile(link)
		seen <- string(one) + " " + string(other)
	}, time.Hour, []string{file, link})
	for _, change := range []struct {
		make func()
		seen string
	}{
		{func() { write(file, "written") }, "written ..first"},
		{func() {
			write(filepath.Join(directory, ".next"), "renamed")
			must(os.Rename(filepath.Join(directory, ".next"), file))
		}, "renamed ..first"},
		{func() {
			must(os.Remove(file))
			write(file, "uploaded")
		}, "uploaded ..first"},
		{func() { version("..second") }, "uploaded ..second"},
	} {
		change.make()
		for found := ""; found != change.seen; {
			select {
			case found = <-seen:
			case <-time.After(20 * time.Second):
				t.Fatalf("%q was not seen", change.seen)
			}
		}
	}
}
