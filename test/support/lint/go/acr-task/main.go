// Command acr-task reads a task file of ACR Tasks as the service does: it renders the Go template with Sprig's functions, drops
// comments and replaces aliases, and reads the YAML, here strictly ("ACR Tasks reference: YAML"). It takes {"text", "run", "task"}
// as JSON from standard input and prints the rendered text, or the steps where "task" is true.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v2"
)

type step struct {
	ID                              string   `yaml:"id" json:"id,omitempty"`
	Build                           string   `yaml:"build" json:"build,omitempty"`
	Push                            []string `yaml:"push" json:"push,omitempty"`
	Cmd                             string   `yaml:"cmd" json:"cmd,omitempty"`
	Cache                           string   `yaml:"cache" json:"cache,omitempty"`
	Detach                          bool     `yaml:"detach" json:"detach,omitempty"`
	DisableWorkingDirectoryOverride bool     `yaml:"disableWorkingDirectoryOverride" json:"disableWorkingDirectoryOverride,omitempty"`
	EntryPoint                      string   `yaml:"entryPoint" json:"entryPoint,omitempty"`
	Env                             []string `yaml:"env" json:"env,omitempty"`
	Expose                          []string `yaml:"expose" json:"expose,omitempty"`
	IgnoreErrors                    bool     `yaml:"ignoreErrors" json:"ignoreErrors,omitempty"`
	Isolation                       string   `yaml:"isolation" json:"isolation,omitempty"`
	Keep                            bool     `yaml:"keep" json:"keep,omitempty"`
	Network                         string   `yaml:"network" json:"network,omitempty"`
	Ports                           []string `yaml:"ports" json:"ports,omitempty"`
	Privileged                      bool     `yaml:"privileged" json:"privileged,omitempty"`
	Pull                            bool     `yaml:"pull" json:"pull,omitempty"`
	Repeat                          int      `yaml:"repeat" json:"repeat,omitempty"`
	Retries                         int      `yaml:"retries" json:"retries,omitempty"`
	RetryDelay                      int      `yaml:"retryDelay" json:"retryDelay,omitempty"`
	StartDelay                      int      `yaml:"startDelay" json:"startDelay,omitempty"`
	Timeout                         int      `yaml:"timeout" json:"timeout,omitempty"`
	User                            string   `yaml:"user" json:"user,omitempty"`
	When                            []string `yaml:"when" json:"when,omitempty"`
	WorkingDirectory                string   `yaml:"workingDirectory" json:"workingDirectory,omitempty"`
}

type task struct {
	Version          string   `yaml:"version"`
	StepTimeout      int      `yaml:"stepTimeout"`
	WorkingDirectory string   `yaml:"workingDirectory"`
	Env              []string `yaml:"env"`
	Steps            []step   `yaml:"steps"`
}

type request struct {
	Text string            `json:"text"`
	Run  map[string]string `json:"run"`
	Task bool              `json:"task"`
}

func main() {
	var asked []request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	answers := make([]any, len(asked))
	for i, one := range asked {
		answer, err := answerTo(one)
		if err != nil {
			fail(fmt.Errorf("%w in:\n%s", err, one.Text))
		}
		answers[i] = answer
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func answerTo(asked request) (any, error) {
	rendered, err := render(asked.Text, asked.Run)
	if err != nil || !asked.Task {
		return rendered, err
	}
	return read(withoutComments(withAliases(rendered, asked.Run)))
}

// A value that is not there is a fault here, where the service leaves nothing in its place.
func render(text string, run map[string]string) (string, error) {
	parsed, err := template.New("task").Funcs(sprig.TxtFuncMap()).Option("missingkey=error").Parse(text)
	if err != nil {
		return "", err
	}
	var into strings.Builder
	err = parsed.Execute(&into, map[string]any{"Run": run})
	return into.String(), err
}

var directive = regexp.MustCompile(`\$(\$|[A-Za-z0-9]*)`)

func withAliases(text string, run map[string]string) string {
	return directive.ReplaceAllStringFunc(text, func(found string) string {
		if found == "$$" {
			return "$"
		}
		if value, known := run[found[1:]]; known {
			return value
		}
		return found
	})
}

var comment = regexp.MustCompile(`^\s*#`)

func withoutComments(text string) string {
	var kept []string
	for _, line := range strings.Split(text, "\n") {
		if !comment.MatchString(line) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func read(text string) ([]step, error) {
	var read task
	if err := yaml.UnmarshalStrict([]byte(text), &read); err != nil {
		return nil, err
	}
	if read.Version != "v1.1.0" {
		return nil, fmt.Errorf("version %q", read.Version)
	}
	if len(read.Steps) == 0 {
		return nil, fmt.Errorf("no steps")
	}
	for i, one := range read.Steps {
		kinds := 0
		for _, there := range []bool{one.Build != "", one.Cmd != "", len(one.Push) > 0} {
			if there {
				kinds++
			}
		}
		if kinds != 1 {
			return nil, fmt.Errorf("step %d has %d of build, push and cmd", i, kinds)
		}
	}
	return read.Steps, nil
}
