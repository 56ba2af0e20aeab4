package policy

import (
	"fmt"
	"slices"
)

// Rights are rules, ready to be asked. What no rule allows is refused.
type Rights []allowed

type allowed struct {
	repositories Patterns
	actions      []string
}

// rights reads rules; where names their place in messages.
func rights(rules []Rule, where string) (Rights, error) {
	all := make(Rights, 0, len(rules))
	for index, rule := range rules {
		place := fmt.Sprintf("%s.rules[%d]", where, index)
		repositories, err := compile(rule.Repositories, repositoryText, place+".repositories")
		if err != nil {
			return nil, err
		}
		for _, action := range rule.Actions {
			if action != Pull && action != Push && action != Delete {
				return nil, fmt.Errorf("%s.actions: %q is not one of pull, push and delete", place, action)
			}
		}
		all = append(all, allowed{repositories, slices.Clone(rule.Actions)})
	}
	return all, nil
}

// RightsOf reads the rules that a token carries.
func RightsOf(rules []Rule) (Rights, error) {
	return rights(rules, "access")
}

// Allow tells whether an action on a repository is allowed.
func (all Rights) Allow(action, repository string) bool {
	return slices.ContainsFunc(all, func(one allowed) bool {
		return slices.Contains(one.actions, action) && one.repositories.Match(repository)
	})
}

// AllowEverywhere tells whether one rule allows an action on every repository there may be.
func (all Rights) AllowEverywhere(action string) bool {
	return slices.ContainsFunc(all, func(one allowed) bool {
		return slices.Contains(one.actions, action) &&
			slices.ContainsFunc(one.repositories, func(pattern Pattern) bool { return pattern.text == "**" })
	})
}
