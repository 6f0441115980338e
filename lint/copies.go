package lint

import (
	"regexp"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var (
	imageID    = regexp.MustCompile(`\bami-[0-9A-Za-z]+\b`)
	snapshotID = regexp.MustCompile(`\bsnap-[0-9A-Za-z]+\b`)
)

// imageCopies is [copiesOf] for images, whose API has a field for it. Older copies have only the description that AWS writes.
func imageCopies() relation {
	return copiesOf("image", "the account's images in other regions that say of themselves that they are copied from it; what says nothing is not seen", func(i *types.Image) []string {
		return append(ids(i.SourceImageId), mentions(imageID, i.Description, i.Tags)...)
	})
}

// snapshotCopies is [copiesOf] for snapshots. AWS writes the source into the description of a copy if nobody gives another one ("[Copied snap-0abc from
// us-east-1]", "Copied for DestinationAmi … for SourceSnapshot snap-0abc"), and no field of the API has it.
func snapshotCopies() relation {
	return copiesOf("snapshot", "the account's snapshots in other regions whose description or tags name its ID; a copy that names none is not seen, nor is one in another account", func(s *types.Snapshot) []string {
		return mentions(snapshotID, s.Description, s.Tags)
	})
}

// A copied is what names its source, in the region where it is.
type copied struct {
	in *binding
	v  ref.Val
}

// copiesOf finds in other regions what names the subject. What could not be read of them is an unknown element.
func copiesOf[T any](kind, doc string, origins func(*T) []string) relation {
	k, _ := kindNamed(kind)
	r := relate("copies", doc, cel.ListType(typeOf[T]()), nil, func(b *binding) func(*T) ref.Val {
		copies := index(b.set.whole.inv, "copies "+kind, func() map[string][]copied { return b.set.copies(k, func(v any) []string { return origins(v.(*T)) }) })
		var unknown []ref.Val
		for _, other := range b.set.regions {
			if _, gap := other.inv.Gap(k.source); gap && other != b {
				unknown = append(unknown, other.unknownSource(k.source))
			}
		}
		unknown = append(unknown, b.set.unread()...)
		return func(subject *T) ref.Val {
			var out []ref.Val
			for _, c := range copies[str(k.id(subject))] {
				if c.in != b {
					out = append(out, c.v)
				}
			}
			return celtypes.NewRefValList(b.adapter, append(out, unknown...))
		}
	})
	r.uses, r.most, r.across = []string{k.source}, listSize, true
	r.words = "its copies in other regions"
	return r
}

// copies finds what names something as its source, by that name.
func (s *regionSet) copies(k *kind, origins func(any) []string) map[string][]copied {
	out := map[string][]copied{}
	for _, b := range s.regions {
		values := b.values(k)
		for i, v := range b.inv.sorted(k) {
			for _, id := range distinct(origins(v)) {
				out[id] = append(out[id], copied{b, values[i]})
			}
		}
	}
	return out
}

// mentions are the IDs of a form in a description and in the values of tags.
func mentions(form *regexp.Regexp, description *string, tags []types.Tag) []string {
	out := form.FindAllString(str(description), -1)
	for _, t := range tags {
		out = append(out, form.FindAllString(str(t.Value), -1)...)
	}
	return out
}

// accountRegions are what a rule about the account starts from.
func accountRegions() relation {
	r := relate("regions", "its regions that the check covers; an element is unknown for each region that was not read, or for all that the check does not cover", cel.ListType(typeOf[Region]()), nil, func(b *binding) func(*Account) ref.Val {
		out := b.set.values(nil)
		return func(*Account) ref.Val { return out }
	})
	r.most, r.words, r.across = maxRegions, "its regions", true
	return r
}

// otherRegions are those beside the one of a resource.
func otherRegions() relation {
	r := relate("others", "the other regions of its account that the check covers; an element is unknown for each that was not read, or for all that the check does not cover", cel.ListType(typeOf[Region]()), nil, func(b *binding) func(*Region) ref.Val {
		out := b.set.values(b)
		return func(*Region) ref.Val { return out }
	})
	r.most, r.words, r.across = maxRegions, "the other regions of the account", true
	return r
}

// values are the regions but one, and an unknown for each that is missing.
func (s *regionSet) values(but *binding) ref.Val {
	var list []ref.Val
	for _, b := range s.regions {
		if b != but {
			list = append(list, b.regionValue())
		}
	}
	return celtypes.NewRefValList(s.whole.adapter, append(list, s.unread()...))
}

// maxRegions is how many regions an account has at most, with room: AWS had fewer than forty in 2026.
const maxRegions = 50

// ofRegion are all resources of a kind in a region.
func ofRegion(name, doc, kind string) relation {
	k, _ := kindNamed(kind)
	return relate(name, doc, cel.ListType(cel.ObjectType(celName(k.typ))), []string{k.source}, func(b *binding) func(*Region) ref.Val {
		list := celtypes.NewRefValList(b.adapter, b.values(k))
		return func(*Region) ref.Val { return list }
	})
}
