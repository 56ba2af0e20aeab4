package collection

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Image is a manifest or an index of one repository. Its JSON is that of a listing of `wharf retention`.
type Image struct {
	Repository string    `json:"repository"`
	Digest     string    `json:"digest"`
	Tags       []string  `json:"tags"`
	PushedAt   time.Time `json:"pushedAt"`
	// LastPulledAt is nil where it is not known, and the zero time where the image was never pulled.
	LastPulledAt *time.Time `json:"-"`
	SizeBytes    int64      `json:"sizeBytes,omitempty"`
	MediaType    string     `json:"mediaType,omitempty"`
	Children     []string   `json:"children,omitempty"`
	Subject      string     `json:"subject,omitempty"`
}

// Verdict is what happens to an image, by which step, and why.
type Verdict struct {
	Delete bool
	Rule   string
	Why    string
}

const (
	day         = 24 * time.Hour
	shownDigest = len("sha256:") + 12
)

// Evaluate says what a plan does with the images of one repository, by the same rules as evaluateEngine in
// components/retention/distribution-evaluation.ts. A test asks both about the same listings.
func Evaluate(plan Plan, images []*Image, now time.Time) map[*Image]Verdict {
	ranks := make([]map[*Image]int, len(plan.Steps))
	for index, step := range plan.Steps {
		if step.Do == "keep-newest" {
			ranks[index] = rank(step, images)
		}
	}
	verdicts := make(map[*Image]Verdict, len(images))
	for _, image := range images {
		verdicts[image] = decide(plan, ranks, image, now)
	}
	var protected []string
	for _, step := range plan.Steps {
		if step.Do == "keep-tags" {
			protected = append(protected, step.Patterns...)
		}
	}
	settle(images, verdicts, func(image *Image) bool {
		return verdicts[image].Rule != "keep-running" && (len(image.Tags) == 0 || isSignature(image)) && !anyNamed(protected, image.Tags)
	})
	return verdicts
}

// rank numbers the tagged images that a step is about from the newest push, of two pushed at once by their digests.
func rank(step Step, images []*Image) map[*Image]int {
	var ranked []*Image
	for _, image := range images {
		if len(image.Tags) > 0 && !isSignature(image) && step.concerns(image.Tags) {
			ranked = append(ranked, image)
		}
	}
	slices.SortFunc(ranked, func(one, other *Image) int {
		return cmp.Or(other.PushedAt.Compare(one.PushedAt), strings.Compare(one.Digest, other.Digest))
	})
	numbers := make(map[*Image]int, len(ranked))
	for number, image := range ranked {
		numbers[image] = number
	}
	return numbers
}

func decide(plan Plan, ranks []map[*Image]int, image *Image, now time.Time) Verdict {
	for index, step := range plan.Steps {
		if why := reason(step, ranks[index], image, now); why != "" {
			return Verdict{strings.HasPrefix(step.Do, "delete-"), step.Do, why}
		}
	}
	return Verdict{false, "none", "No rule is about it."}
}

// reason is why a step decides on an image, as a sentence; empty where it leaves it to the next.
func reason(step Step, ranks map[*Image]int, image *Image, now time.Time) string {
	tagged := len(image.Tags) > 0
	switch step.Do {
	case "keep-running":
		if slices.Contains(step.Digests, image.Digest) {
			return "A container runs it."
		}
	case "keep-tags":
		for _, tag := range image.Tags {
			if named(step.Patterns, tag) {
				return fmt.Sprintf("Its tag %s is one of those to keep.", tag)
			}
		}
	case "follow-subject":
		if anyNamed(step.Patterns, image.Tags) {
			return "It is a signature, an attestation or an SBOM."
		}
	case "keep-newest":
		if number, ok := ranks[image]; ok && number < step.Count {
			return fmt.Sprintf("It is number %d of the %d newest %s.", number+1, step.Count, step.scope())
		}
	case "keep-pushed-within":
		if tagged && step.concerns(image.Tags) && !older(image.PushedAt, step.Days, now) {
			return fmt.Sprintf("It was pushed within the last %d days.", step.Days)
		}
	case "keep-pulled-within":
		if !tagged || !step.concerns(image.Tags) {
			return ""
		}
		if image.LastPulledAt == nil {
			return "Nobody knows when it was last pulled."
		}
		last := *image.LastPulledAt
		if last.IsZero() {
			last = image.PushedAt
		}
		if !older(last, step.Days, now) {
			return fmt.Sprintf("It was pulled or pushed within the last %d days.", step.Days)
		}
	case "delete-tagged":
		if tagged && (step.Tags == nil || allNamed(step.Tags, image.Tags)) {
			return "It has a tag, and no rule keeps it."
		}
	case "keep-tagged":
		if tagged {
			return "It has a tag, and no rule deletes those."
		}
	case "delete-untagged":
		if !tagged && step.AfterDays != nil && older(image.PushedAt, *step.AfterDays, now) {
			return fmt.Sprintf("It has no tag and was pushed more than %d days ago.", *step.AfterDays)
		}
	}
	return ""
}

// concerns tells whether a step is about an image with these tags.
func (step Step) concerns(tags []string) bool {
	if step.Tags != nil && !anyNamed(step.Tags, tags) {
		return false
	}
	return step.Except == nil || slices.ContainsFunc(tags, func(tag string) bool { return !named(step.Except, tag) })
}

func (step Step) scope() string {
	if step.Tags != nil {
		return "images with a tag " + strings.Join(step.Tags, ", ")
	}
	return "tagged images"
}

func older(since time.Time, days int, now time.Time) bool {
	return now.Sub(since) > time.Duration(days)*day
}

var signatureTag = regexp.MustCompile(`^sha256-([0-9a-f]{64})(\.[A-Za-z0-9_.-]+)?$`)

func isSignature(image *Image) bool {
	return len(image.Tags) > 0 && !slices.ContainsFunc(image.Tags, func(tag string) bool { return !signatureTag.MatchString(tag) })
}

// subjectOf is the image that another is a signature, an attestation or an SBOM of, by its subject or by its tags.
func subjectOf(image *Image) string {
	if image.Subject != "" {
		return image.Subject
	}
	if isSignature(image) {
		return "sha256:" + signatureTag.FindStringSubmatch(image.Tags[0])[1]
	}
	return ""
}

func anyNamed(patterns, tags []string) bool {
	return slices.ContainsFunc(tags, func(tag string) bool { return named(patterns, tag) })
}

func allNamed(patterns, tags []string) bool {
	return !slices.ContainsFunc(tags, func(tag string) bool { return !named(patterns, tag) })
}

func named(patterns []string, tag string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, tag) })
}

// matches tells whether a pattern, in which * stands for any text, names the whole of a tag.
func matches(pattern, tag string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == tag
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(tag) < len(first)+len(last) || !strings.HasPrefix(tag, first) || !strings.HasSuffix(tag, last) {
		return false
	}
	rest := tag[len(first) : len(tag)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}

// question is a plan, the images of one repository and the time at which it is asked.
type question struct {
	Plan   Plan          `json:"plan"`
	Images []pulledImage `json:"images"`
	Now    time.Time     `json:"now"`
}

// pulledImage is an image of a listing: lastPulledAt is null where it was never pulled, and left out where nobody knows.
type pulledImage struct {
	Image
	LastPulledAt json.RawMessage `json:"lastPulledAt"`
}

type answered struct {
	Digest string `json:"digest"`
	Delete bool   `json:"delete"`
	Rule   string `json:"rule"`
	Why    string `json:"why"`
}

// EvaluateAll answers a list of questions.
func EvaluateAll(from io.Reader, to *json.Encoder) error {
	var questions []question
	if err := json.NewDecoder(from).Decode(&questions); err != nil {
		return err
	}
	answers := make([][]answered, 0, len(questions))
	for _, asked := range questions {
		images := make([]*Image, 0, len(asked.Images))
		for index := range asked.Images {
			image := &asked.Images[index].Image
			if raw := asked.Images[index].LastPulledAt; raw != nil {
				image.LastPulledAt = &time.Time{}
				if err := json.Unmarshal(raw, image.LastPulledAt); err != nil {
					return err
				}
			}
			images = append(images, image)
		}
		verdicts := Evaluate(asked.Plan, images, asked.Now)
		all := []answered{}
		for _, image := range images {
			verdict := verdicts[image]
			all = append(all, answered{image.Digest, verdict.Delete, verdict.Rule, verdict.Why})
		}
		answers = append(answers, all)
	}
	return to.Encode(answers)
}
