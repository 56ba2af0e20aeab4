package policy

import (
	"fmt"
	"regexp"
	"strings"
)

// Pattern is a name with wildcards: "*" stands for any characters within one part of a path, "**" for any over parts. It is anchored
// at both ends, so that "shop/*" is not "shop/a/b" and "shop" is not "shop/api".
type Pattern struct {
	text       string
	expression *regexp.Regexp
}

// Patterns are alternatives.
type Patterns []Pattern

var (
	repositoryText = regexp.MustCompile(`^[a-z0-9._*/-]+$`)
	tagText        = regexp.MustCompile(`^[A-Za-z0-9_.*-]+$`)
	anyText        = regexp.MustCompile(`^.+$`)
)

// compile reads patterns. Those that hold other characters than allowed are refused: they could never match, so they are a mistake.
func compile(texts []string, allowed *regexp.Regexp, where string) (Patterns, error) {
	patterns := make(Patterns, 0, len(texts))
	for _, text := range texts {
		if !allowed.MatchString(text) {
			return nil, fmt.Errorf("%s: %q is not a pattern", where, text)
		}
		// RE2 takes time in proportion to the name, whatever the pattern.
		var expression strings.Builder
		for rest := text; rest != ""; {
			switch {
			case strings.HasPrefix(rest, "**"):
				expression.WriteString(`.*`)
				rest = rest[2:]
			case rest[0] == '*':
				expression.WriteString(`[^/]*`)
				rest = rest[1:]
			default:
				end := strings.IndexByte(rest, '*')
				if end < 0 {
					end = len(rest)
				}
				expression.WriteString(regexp.QuoteMeta(rest[:end]))
				rest = rest[end:]
			}
		}
		compiled, err := regexp.Compile(`^(?s:` + expression.String() + `)$`)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a pattern", where, text)
		}
		patterns = append(patterns, Pattern{text, compiled})
	}
	return patterns, nil
}

// Match tells whether one of the patterns matches a name.
func (patterns Patterns) Match(name string) bool {
	for _, pattern := range patterns {
		if pattern.expression.MatchString(name) {
			return true
		}
	}
	return false
}
