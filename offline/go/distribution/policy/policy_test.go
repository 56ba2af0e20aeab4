package policy

import (
	"strings"
	"testing"
)

func TestParseRefusesWhatSaysSomethingElseThanWasMeant(t *testing.T) {
	user := `{"name":"ci","secrets":[{"bcrypt":"$2a$04$Y5nzYgQ0oYVyuDk0Yw1HYu2x1bVrTOcqxBCfaAsIkjCf8PpTqSEJq"}],"rules":[{"repositories":["**"],"actions":["pull"]}]}`
	valid := `{"version":1,"users":[` + user + `]}`
	if _, err := Parse([]byte(valid)); err != nil {
		t.Fatal(err)
	}
	with := func(field string) string { return strings.Replace(valid, `{"version":1`, `{"version":1,`+field, 1) }
	users := func(users string) string { return `{"version":1,"users":[` + users + `]}` }
	rule := func(rule string) string { return with(`"anonymous":{"rules":[` + rule + `]}`) }
	identity := func(field string) string {
		return with(`"identities":[{"name":"x","issuer":"https://issuer.example.com","audience":"a",` + field + `}]`)
	}
	for contents, reason := range map[string]string{
		valid[:len(valid)-1]:                "unexpected EOF",
		"":                                  "EOF",
		"null":                              "version 0",
		valid + valid:                       "something follows",
		strings.Replace(valid, "1", "2", 1): "version 2 is not known",
		with(`"Users":[]`):                  `the field "users" appears twice`,
		with(`"allowForm":["10.0.0.0/8"]`):  `unknown field "allowForm"`,
		with(`"allowFrom":["10.0.0.0/64"]`): `allowFrom: "10.0.0.0/64" is not a network`,
		with(`"trustedProxies":["proxy"]`):  `trustedProxies: "proxy" is not a network`,
		users(`{"name":"a:b"}`):             `users[0].name: "a:b" is not a user name`,
		users(user + `,` + user):            `users[1]: "ci" appears twice`,
		users(`{"name":"a","secrets":[{"bcrypt":"secret"}]}`):                                                       "users[0].secrets[0].bcrypt is not a bcrypt hash",
		users(`{"name":"a","expires":"tomorrow"}`):                                                                  "parsing time",
		rule(`{"repositories":["**"],"actions":["admin"]}`):                                                         `"admin" is not one of pull, push and delete`,
		rule(`{"repositories":["Shop/?"],"actions":["pull"]}`):                                                      `"Shop/?" is not a pattern`,
		rule(`{"repositories":[""],"actions":["pull"]}`):                                                            `"" is not a pattern`,
		identity(`"claims":{}`):                                                                                     "claims is empty",
		identity(`"claims":{"sub":[]}`):                                                                             "claims.sub is empty",
		identity(`"claims":{"sub":["a"]},"jwksUrl":"http://a"`):                                                     "over https only",
		with(`"tokens":{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`): "tokens.keys[0] is not a public key with a kid",
		with(`"immutableTags":[{"repositories":["**"],"except":["a/b"]}]`):                                          `"a/b" is not a pattern`,
	} {
		_, err := Parse([]byte(contents))
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v, want %s", contents, err, reason)
		}
	}
}

func TestPatternsMatchWholeNames(t *testing.T) {
	for _, row := range []struct {
		pattern, name string
		matches       bool
	}{
		{"**", "a/b/c", true},
		{"shop/*", "shop/api", true},
		{"shop/*", "shop/api/v2", false},
		{"shop/**", "shop/api/v2", true},
		{"shop/**", "shop", false},
		{"shop/**", "shopping", false},
		{"shop", "shop/api", false},
		{"*/api", "shop/api", true},
		{"*/api", "a/shop/api", false},
		{"a.b", "aXb", false},
		{"a*c", "abbbc", true},
		{"a*c", "abbbcd", false},
		{"a*c", "xabbbc", false},
	} {
		patterns, err := compile([]string{row.pattern}, repositoryText, "here")
		if err != nil {
			t.Fatal(err)
		}
		if patterns.Match(row.name) != row.matches {
			t.Errorf("%s and %s: %v", row.pattern, row.name, !row.matches)
		}
	}
}

func TestPatternsOfClaimsReadLineEndsAsCharacters(t *testing.T) {
	patterns, err := compile([]string{"refs/heads/main"}, anyText, "here")
	if err != nil {
		t.Fatal(err)
	}
	if patterns.Match("refs/heads/main\n") || patterns.Match("x\nrefs/heads/main") {
		t.Error("a line of a claim counts for all of it")
	}
}
