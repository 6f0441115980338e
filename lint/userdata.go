package lint

import (
	"fmt"
	"strconv"
	"sync"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/patlint/patlint/lint/bootscript"
	"github.com/patlint/patlint/lint/secrets"
)

// A Secret is a place in user data that holds a password, a key or a token. The secret itself is nowhere in it.
type Secret struct {
	Kind string // what it is: "AWS secret access key", "password"
	Line int    // of the decoded user data, from 1
	Part string // the file name of the part of a MIME archive; "" where there is none
	Hint string // what may be shown of it: at most four characters and "…"
}

// spotted is what package secrets found in one text of user data, and what it could not look at.
type spotted struct {
	found  []Secret
	unread []bootscript.Unread
}

// spottedIn looks through user data, each text once: the machines of a group share it.
func (b *binding) spottedIn(userData string) *spotted {
	memo := index(b.inv, "secrets in user data", func() *sync.Map { return &sync.Map{} })
	look, ok := memo.Load(userData)
	if !ok {
		look, _ = memo.LoadOrStore(userData, sync.OnceValue(func() *spotted { return spot(userData) }))
	}
	return look.(func() *spotted)()
}

func spot(userData string) *spotted {
	texts, unread := bootscript.Texts([]byte(userData))
	l := &spotted{unread: unread}
	for _, t := range texts {
		found, err := secrets.Find(t.Text)
		for _, s := range found {
			l.found = append(l.found, Secret{s.Kind, t.Line + s.Line - 1, redact(t.Name), s.Hint})
		}
		if err != nil {
			l.unread = append(l.unread, bootscript.Unread{Line: t.Line, Why: err.Error()})
		}
	}
	return l
}

// secretList is the value of the relations: the secrets, and an unknown for each part that could not be looked at.
func (b *binding) secretList(from, userData string) ref.Val {
	l := b.spottedIn(userData)
	var out []ref.Val
	for i := range l.found {
		out = append(out, b.adapter.NativeToValue(&l.found[i]))
	}
	for _, u := range l.unread {
		out = append(out, unknownReason(fmt.Sprintf("line %d of the %s was not read: %s", u.Line, from, u.Why)))
	}
	return celtypes.NewRefValList(b.adapter, out)
}

// instanceSecrets looks for secrets in an instance's user data. Where [TemplateTells], in the template's.
func instanceSecrets() relation {
	r := fromUserData("secrets", "what its user data holds of passwords, keys and tokens, without these themselves", cel.ListType(typeOf[Secret]()), func(b *binding, from, userData string, _ *types.Instance) ref.Val {
		return b.secretList(from, userData)
	})
	r.words, r.most = "its secrets", listSize
	return r
}

func secretsOfVersion() relation {
	r := relate("secrets", "what its user data holds of passwords, keys and tokens, without these themselves", cel.ListType(typeOf[Secret]()), nil, func(b *binding) func(*types.LaunchTemplateVersion) ref.Val {
		return func(v *types.LaunchTemplateVersion) ref.Val {
			if v.LaunchTemplateData == nil {
				return unknownReason("the data of " + str(v.LaunchTemplateId) + " was not read")
			}
			return b.secretList("version "+strconv.FormatInt(value(v.VersionNumber), 10), str(v.LaunchTemplateData.UserData))
		}
	})
	r.words, r.most = "its secrets", listSize
	return r
}
