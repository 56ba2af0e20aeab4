package collection

import "fmt"

// settle adds to each image's own verdict what depends on others: no image goes that an index which stays names, and what belongs to an
// image goes and stays with it.
func settle(images []*Image, verdicts map[*Image]Verdict, followsSubject func(*Image) bool) {
	byDigest := make(map[string]*Image, len(images))
	parents := map[string][]*Image{}
	for _, image := range images {
		byDigest[image.Digest] = image
		for _, child := range image.Children {
			parents[child] = append(parents[child], image)
		}
	}
	stays := func(image *Image) bool { return !verdicts[image].Delete }
	var followers []*Image
	for _, image := range images {
		if subject := subjectOf(image); subject != "" && byDigest[subject] != nil && followsSubject(image) {
			followers = append(followers, image)
		}
	}
	// Until their subjects are known followers stay, so that a chain of them is decided from its end.
	for _, image := range followers {
		verdicts[image] = Verdict{false, "subject", "The image that it belongs to stays."}
	}
	var live []*Image
	for _, image := range images {
		if stays(image) {
			live = append(live, image)
		}
	}
	// The list grows while it is gone through: an index may name another.
	for next := 0; next < len(live); next++ {
		for _, name := range live[next].Children {
			child := byDigest[name]
			if child == nil || stays(child) {
				continue
			}
			verdicts[child] = Verdict{false, "index", fmt.Sprintf("It belongs to the index %.*s, which stays.", shownDigest, live[next].Digest)}
			live = append(live, child)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, image := range followers {
			if !stays(image) || stays(byDigest[subjectOf(image)]) || anyStays(parents[image.Digest], stays) {
				continue
			}
			verdicts[image] = Verdict{true, "subject", "It is deleted with the image that it belongs to."}
			changed = true
		}
	}
}

func anyStays(images []*Image, stays func(*Image) bool) bool {
	for _, image := range images {
		if stays(image) {
			return true
		}
	}
	return false
}
