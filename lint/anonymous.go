package lint

import (
	"cmp"
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// An anonymizer takes out of an account's data what tells whose it is. It works by an allow list: a text stays only where it is known to be AWS's own, or one
// that a chosen rule compares with. Everything else becomes a stand-in, the same for the same.
type anonymizer struct {
	literals map[string]bool   // of the rules that read the data
	words    []string          // those of them that are words, sorted
	clock    clock             // for all times
	networks *networkMap       // of the addresses in the data
	stems    []string          // the texts in the data that others begin with
	known    map[string]string // the stand-ins so far
	used     map[string]bool   // as stand-in, so that two things never become one
	counts   map[string]int    // by what is counted
	blurred  map[string]bool   // the texts whose stand-in has lost words
	lost     bool              // whether the text at hand has lost words
	replaced map[string]bool   // the fields in which a text has lost words
	unknown  map[string]bool   // the fields whose value AWS never sends, which are empty now
}

// A clock moves times along with the time of an inventory, so that ages stay. What is less than the grain is cut off from an age.
type clock struct {
	from, to time.Time
	grain    time.Duration
}

func (c clock) move(t time.Time) time.Time {
	if c.from.Equal(c.to) {
		return t.UTC().Truncate(c.grain)
	}
	return c.to.Add(t.Sub(c.from).Truncate(c.grain)).UTC()
}

func newAnonymizer(account string, literals map[string]bool, clock clock) *anonymizer {
	a := &anonymizer{
		literals: literals, clock: clock, known: map[string]string{}, used: map[string]bool{}, counts: map[string]int{},
		blurred: map[string]bool{}, replaced: map[string]bool{}, unknown: map[string]bool{},
	}
	for l := range literals {
		if wordForm.MatchString(l) {
			a.words = append(a.words, l)
		}
	}
	slices.Sort(a.words)
	if accountForm.MatchString(account) {
		a.once(account, a.account) // the account itself is the first
	}
	return a
}

// The forms of what AWS makes. A text that has one of them is replaced by another of the same form.
var (
	idForm       = regexp.MustCompile(`^([a-z]+(?:-[a-z]+)*)-[0-9A-Za-z][0-9A-Za-z-]*$`)
	uuidForm     = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	macForm      = regexp.MustCompile(`^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$`)
	zoneIDForm   = regexp.MustCompile(`^((?:af|ap|ca|cn|eu|il|me|mx|sa|us|usg)(?:c|n|s|e|w|ne|nw|se|sw)[1-9])-az[1-9]$`)
	hostForm     = regexp.MustCompile(`^(?:[0-9A-Za-z_*-]+\.)+[A-Za-z]{2,}\.?$`)
	ipHostForm   = regexp.MustCompile(`^(ip|ec2)-([0-9]+)-([0-9]+)-([0-9]+)-([0-9]+)((?:\.[0-9a-z-]+)+)$`)
	reasonForm   = regexp.MustCompile(`^(User initiated) \(([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) (GMT|UTC)\)$`)
	wordForm     = regexp.MustCompile(`^[A-Za-z][0-9A-Za-z]*(-[0-9A-Za-z]+)*$`)
	smallNumber  = regexp.MustCompile(`^-?[0-9]{1,6}(\.[0-9]{1,6})?%?$`)
	typeForm     = regexp.MustCompile(`^[0-9a-z-]+\.[0-9a-z-]+$`)
	templateForm = regexp.MustCompile(`^(\$Default|\$Latest|[0-9]{1,4})$`)
)

// The forms of AWS's own names, which stay.
var (
	ownRegion = regexp.MustCompile(`^` + regionName + `$`)
	ownZone   = regexp.MustCompile(`^` + regionName + `[a-f]$`)
	ownForms  = regexp.MustCompile(`^(?:/dev/)?(?:sd[a-z][0-9]{0,2}|hd[a-z][0-9]{0,2}|xvd[a-z]{1,2}[0-9]{0,2}|nvme[0-9]{1,2}n[0-9](?:p[0-9]{1,2})?)$` + // of devices
		`|^ephemeral[0-9]{1,2}$` +
		`|^` + regionName + `-(?:` + cityCode + `-1[a-f]|wl1-` + cityCode + `-wlz-1)$` + // of local and wavelength zones
		`|^(?:Up to )?[0-9]{1,4}(?:\.[0-9])? (?:Gigabit|Megabit)$`)
)

const regionName = `(?:af|ap|ca|cn|eu|eusc-de|il|me|mx|sa|us|us-gov|us-iso|us-isob|us-isof|eu-isoe)-(?:central|north|south|east|west|northeast|northwest|southeast|southwest)-[1-9]`

// cityCode is of a city with a local or a wavelength zone (AWS Local Zones and AWS Wavelength, list of locations).
const cityCode = `(?:akl|atl|ber|bkk|bna|bos|bue|ccu|chi|clt|cmn|cph|del|den|dfw|dkr|dtm|dtw|ham|hel|hnl|iah|kix|las|lax|lim|lon|los|man|mci|mct|mex|mia|mnl|msp|muc|nrt|nyc|pdx|per|phl|phx|qro|scl|sea|sfo|tpa|tpe|was|waw|yto)`

// idPrefixes are those of AWS's resource IDs. Keep sorted.
var idPrefixes = []string{
	"acl", "aclassoc", "aki", "ami", "ari", "cagw", "cb", "cgw", "cr", "crf", "cvpn-endpoint", "d", "dopt", "eigw", "eipalloc", "eipassoc", "eni", "eni-attach", "evol", "export-ami", "fl", "fleet", "fs", "fsmt", "h", "hr", "i", "igw",
	"import-ami", "instance-event", "ipam-pool", "key", "lgw", "lt", "nat", "nfi", "o", "op", "ou", "pcx", "pg", "pl", "pl-resolver", "policy", "r", "rtb", "rtbassoc", "sfr", "sg", "sgr", "sir", "snap", "subnet",
	"subnet-cidr-assoc", "tgw", "tgw-attach", "tgw-rtb", "vgw", "vol", "vpc", "vpc-cidr-assoc", "vpcbpa-exclude", "vpce", "vpce-svc", "vpn",
}

// ownWords are texts of AWS's in fields that the SDK does not give a closed set. Keep sorted.
var ownWords = []string{
	"*", "-1", "AMD", "AWS", "AmazonProvidedDNS", "Complete", "IO Auto-Enabled", "IO Enabled", "Intel", "Linux/UNIX", "NVIDIA", "Windows", "alias/aws/ebs", "amazon", "attached", "audit-mode", "availability-zone", "available",
	"aws-backup-vault", "aws-marketplace", "block-all-sharing", "block-new-sharing", "completed", "default", "deleted", "deleting", "disabled", "domain-name", "domain-name-servers", "efa",
	"enabled", "failed", "icmp", "icmpv6", "insufficient-data", "interface", "ipsec.1", "local", "local-zone", "netbios-name-servers", "netbios-node-type", "none", "not-applicable", "ntp-servers",
	"passed", "pending", "self", "simple", "standard", "tcp", "udp", "unblocked", "unlimited", "v2.0", "wavelength-zone",
}

// arnTypes are the words in front of a name in an ARN. Keep sorted.
var arnTypes = []string{
	"alias", "assumed-role", "attachment", "capacity-reservation", "certificate", "group", "image", "instance", "instance-profile", "key", "log-group", "organization", "ou", "outpost", "role", "secret", "snapshot", "stack",
	"subnet", "transit-gateway", "user", "volume", "vpc",
}

// ownTagKeys are tag keys that stay: AWS's and Kubernetes' own, and the words that everybody uses. One with a cluster's name at its end has a stand-in for that. Keep
// sorted.
var ownTagKeys = []string{
	"Application", "Backup", "CSIVolumeName", "CostCenter", "Environment", "KubernetesCluster", "Name", "Owner", "Project", "Role", "Service", "Stage", "Team",
	"aws:autoscaling:groupName", "aws:backup:source-resource", "aws:cloudformation:logical-id", "aws:cloudformation:stack-id", "aws:cloudformation:stack-name", "aws:dlm:lifecycle-policy-id",
	"aws:ec2:fleet-id", "aws:ec2launchtemplate:id", "aws:ec2launchtemplate:version", "aws:ec2spot:fleet-request-id", "aws:eks:cluster-name",
	"ebs.csi.aws.com/cluster", "eks:cluster-name", "eks:nodegroup-name", "k8s.io/cluster-autoscaler/enabled",
	"kubernetes.io/created-for/pv/name", "kubernetes.io/created-for/pvc/name", "kubernetes.io/created-for/pvc/namespace",
}

var ownTagPrefixes = []string{"k8s.io/cluster-autoscaler/", "kubernetes.io/cluster/"}

// numberFields are the fields of texts in which a small number is one.
var numberFields = map[string]bool{
	"ActualBlockHourlyPrice": true, "AttributeValue": true, "IpProtocol": true, "MaxPrice": true, "MaxTotalPrice": true, "Progress": true, "Protocol": true, "SpotPrice": true,
}

// networksOf finds the addresses in values.
func networksOf(values []reflect.Value) []netip.Prefix {
	var out []netip.Prefix
	for _, v := range values {
		texts(v, "", func(_, s string) {
			if m := ipHostForm.FindStringSubmatch(s); m != nil {
				s = strings.Join(m[2:6], ".")
			}
			if p, _, ok := parseNetwork(s); ok {
				out = append(out, p)
			}
		})
	}
	return out
}

// texts walks all texts in a value, each with the name of the field that it stands in.
func texts(v reflect.Value, field string, each func(field, s string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), field, each)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), field, each)
		}
	case reflect.Struct:
		for f, inner := range v.Fields() {
			if f.IsExported() && v.Type() != reflect.TypeFor[time.Time]() {
				texts(inner, f.Name, each)
			}
		}
	case reflect.String:
		each(field, v.String())
	}
}

// value replaces everything in a value, which must be nobody else's, in the order in which it is written. field is the name of the field that it stands in.
func (a *anonymizer) value(v reflect.Value, field string) {
	switch {
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			a.value(v.Elem(), field)
		}
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(a.time(v.Interface().(time.Time))))
	case v.Type() == reflect.TypeFor[types.Tag]():
		a.tag(v.Addr().Interface().(*types.Tag))
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			a.value(v.Index(i), field)
		}
	case v.Kind() == reflect.Struct:
		for _, i := range fieldOrder(v.Type()) {
			a.value(v.Field(i), v.Type().Field(i).Name)
		}
	case v.Kind() == reflect.String:
		switch {
		case isEnum(v):
		case neverIs(v.Type(), field, v.String()) != "": // no example could have it
			v.SetString("")
			a.unknown[field] = true
		default:
			v.SetString(a.noted(field, func() string { return a.text(v.String(), field) }))
		}
	case v.CanFloat() && a.clock.grain > time.Second: // as times do, a measurement keeps what decides
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v.Float(), 'g', 4, 64), 64)
		v.SetFloat(rounded)
	case v.CanInt():
		v.SetInt(a.integer(v.Int(), field))
	}
}

// noted makes a stand-in, and notes under the name of its field whether it has lost words.
func (a *anonymizer) noted(field string, standIn func() string) string {
	a.lost = false
	to := standIn()
	if a.lost {
		a.replaced[field] = true
	}
	return to
}

func (a *anonymizer) time(t time.Time) time.Time { return a.clock.move(t) }

// isEnum tells whether a value is of one of the SDK's closed sets, and in it, be it in another case.
func isEnum(v reflect.Value) bool {
	list := v.MethodByName("Values")
	if !list.IsValid() {
		return false
	}
	for _, known := range list.Call(nil) {
		for i := range known.Len() {
			if strings.EqualFold(known.Index(i).String(), v.String()) { // AWS sends windows for Windows
				return true
			}
		}
	}
	return false
}

// integer keeps what is measured or chosen. An account as a number and the number of a network on the Internet are names.
func (a *anonymizer) integer(n int64, field string) int64 {
	s := strconv.FormatInt(n, 10)
	switch {
	case strings.HasSuffix(field, "Asn"):
		s = a.asn(s)
	case accountForm.MatchString(s) && a.known[s] != "":
		s = a.known[s]
	default:
		return n
	}
	n, _ = strconv.ParseInt(s, 10, 64)
	return n
}

// asn gives one of the numbers for documentation (RFC 5398). The two that AWS itself takes by default stay.
func (a *anonymizer) asn(s string) string {
	if s == "64512" || s == "65000" {
		return s
	}
	return a.once("asn "+s, func() string {
		if n := a.count("asn"); n <= 16 {
			return strconv.Itoa(64495 + n)
		}
		return strconv.Itoa(65519 + a.counts["asn"])
	})
}

// tag replaces key and value. Of a tag that holds the number of a version, the number stays.
func (a *anonymizer) tag(t *types.Tag) {
	field := "Tag"
	if str(t.Key) == "aws:ec2launchtemplate:version" {
		field = "Version"
	}
	if t.Key != nil {
		t.Key = new(a.noted("the keys of tags", func() string { return a.tagKey(*t.Key) }))
	}
	if t.Value != nil {
		t.Value = new(a.noted("the values of tags", func() string { return a.text(*t.Value, field) }))
	}
}

func (a *anonymizer) tagKey(key string) string {
	if a.literals[key] || slices.Contains(ownTagKeys, key) {
		return key
	}
	for _, p := range ownTagPrefixes {
		if name, ok := strings.CutPrefix(key, p); ok {
			return p + a.text(name, "Tag")
		}
	}
	return a.once("key "+key, func() string { return a.named("key") })
}

// text is the stand-in of a text.
func (a *anonymizer) text(s, field string) string {
	switch {
	case s == "" || a.literals[s] || a.literals[strings.ToLower(strings.TrimSpace(s))] || ownRegion.MatchString(s) || ownZone.MatchString(s) || isInstanceType(s):
		return s
	case !isFree(field) && (slices.Contains(ownWords, s) || slices.Contains(ownFields[field], s) || ownForms.MatchString(s)), field == "InstanceFamily" && isFamily(s):
		return s
	case strings.HasSuffix(field, "Version") && templateForm.MatchString(s), numberFields[field] && smallNumber.MatchString(s):
		return s
	case strings.Contains(field, "Asn"):
		return a.asn(s)
	case field == "Label":
		return a.label(s)
	}
	if t, ok := a.dated(s); ok {
		return t
	}
	return a.once(s, func() string { return a.standIn(s) })
}

// isFree tells whether an owner writes the text of a field. In such a one, a word of AWS's may be somebody's name.
func isFree(field string) bool {
	if slices.Contains([]string{"DeviceName", "RootDeviceName", "ServiceName", "VirtualName", "ZoneName"}, field) {
		return false
	}
	return field == "Tag" || strings.HasSuffix(field, "Name") || strings.HasSuffix(field, "Description")
}

// isFamily tells whether there is an instance type of a family.
func isFamily(s string) bool {
	return slices.ContainsFunc(types.InstanceType("").Values(), func(t types.InstanceType) bool { return strings.HasPrefix(string(t), s+".") })
}

func isInstanceType(s string) bool {
	if c, _ := bundledCeiling(s); c != (ceiling{}) {
		return true
	}
	return typeForm.MatchString(s) && slices.Contains(types.InstanceType("").Values(), types.InstanceType(s))
}

// label replaces the resource in the label of a metric's series. The rest of it is held against the metrics that there are.
func (a *anonymizer) label(s string) string {
	words := strings.Fields(s)
	if len(words) != 4 {
		return a.once(s, func() string { return a.named("name") })
	}
	for _, k := range metricKinds {
		if q, err := newMetricQuery(k.kind, words[1], words[2], words[3]); err == nil {
			return q.Label(a.text(words[0], "Id"))
		}
	}
	return a.once(s, func() string { return a.named("name") })
}

// dated moves a time that is written as a text.
func (a *anonymizer) dated(s string) (string, bool) {
	if m := reasonForm.FindStringSubmatch(s); m != nil {
		t, err := time.Parse(time.DateTime, m[2])
		return fmt.Sprintf("%s (%s %s)", m[1], a.time(t).Format(time.DateTime), m[3]), err == nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		return "", false
	}
	return a.time(t).Format(timeText), true
}

// timeText is how a time looks that stands in a text.
const timeText = "2006-01-02T15:04:05.000Z"

// once makes a stand-in the first time that something is met.
func (a *anonymizer) once(s string, standIn func() string) string {
	if _, ok := a.known[s]; !ok {
		before := a.lost
		a.lost = false
		to := standIn()
		for a.used[to] || a.literals[to] {
			to = a.named("name")
		}
		a.known[s], a.used[to], a.blurred[s] = to, true, a.lost
		a.lost = before
	}
	a.lost = a.lost || a.blurred[s]
	return a.known[s]
}

func (a *anonymizer) count(what string) int {
	a.counts[what]++
	return a.counts[what]
}

// named is a stand-in that tells nothing of what it stands for.
func (a *anonymizer) named(stem string) string {
	a.lost = true
	return fmt.Sprintf("%s-%d", stem, a.count(stem))
}

// standIn makes something of the same form. What has no form becomes a name, with the words of the rules that it contains: a rule may look for them.
func (a *anonymizer) standIn(s string) string {
	if to, ok := a.networks.text(s); ok {
		if !a.used[to] {
			return to
		}
		return a.named("name") // the same address, written in another way
	}
	if m := ipHostForm.FindStringSubmatch(s); m != nil {
		if to, ok := a.ipHost(m); ok {
			return to
		}
	}
	if id := idForm.FindStringSubmatch(s); id != nil && slices.Contains(idPrefixes, id[1]) {
		return fmt.Sprintf("%s-0%x", id[1], 9+a.count("ID "+id[1]))
	}
	if to, ok := a.ownText(s); ok {
		return to
	}
	switch {
	case accountForm.MatchString(s):
		return a.account()
	case uuidForm.MatchString(s):
		return fmt.Sprintf("00000000-0000-4000-8000-%012x", 9+a.count("UUID"))
	case macForm.MatchString(s):
		n := 9 + a.count("MAC") // addresses for documentation, RFC 7042
		return fmt.Sprintf("00:00:5e:00:%02x:%02x", 0x53+n>>8&0x7f, n&0xff)
	case zoneIDForm.MatchString(s):
		region := zoneIDForm.FindStringSubmatch(s)[1]
		return fmt.Sprintf("%s-az%d", region, a.count("zone "+region))
	case strings.HasPrefix(s, "arn:"):
		if to, ok := a.arn(s); ok {
			return to
		}
	case strings.HasPrefix(s, "resolve:ssm:"): // a template's way to say that a parameter names the image
		return "resolve:ssm:" + a.named("name")
	case strings.HasPrefix(s, "com.amazonaws."):
		if to, ok := a.endpoint(s); ok {
			return to
		}
	case hostForm.MatchString(s):
		if service, ok := strings.CutSuffix(s, ".amazonaws.com"); ok && slices.Contains(ownServices, service) {
			return s
		}
		return a.named("host") + ".example.com"
	}
	var found []string
	for _, w := range a.words {
		if len(found) < 3 && hasWord(s, w) {
			found = append(found, w)
		}
	}
	if stem := a.stem(s); stem != "" && len(found) == 0 {
		return a.named(a.text(stem, ""))
	}
	return a.named(cmp.Or(strings.Join(found, "-"), "name"))
}

// account gives AWS's own accounts of examples, and then made-up ones.
func (a *anonymizer) account() string {
	own := []string{exampleAccount, "444455556666", "777788889999", "123456789012"}
	n := a.count("account")
	if n <= len(own) {
		return own[n-1]
	}
	return fmt.Sprintf("%012d", 100000000000+n)
}

// ipHost replaces the address in a machine's name, where the rest of it is AWS's.
func (a *anonymizer) ipHost(m []string) (string, bool) {
	to, ok := a.networks.text(strings.Join(m[2:6], "."))
	domain := m[6]
	for _, end := range []string{".compute.internal", ".compute.amazonaws.com"} {
		if region, is := strings.CutSuffix(domain, end); is && ownRegion.MatchString(strings.TrimPrefix(region, ".")) {
			domain = end
		}
	}
	own := slices.Contains([]string{".ec2.internal", ".compute.internal", ".compute-1.amazonaws.com", ".compute.amazonaws.com"}, domain)
	return m[1] + "-" + strings.ReplaceAll(to, ".", "-") + m[6], ok && own
}

// arn rebuilds an ARN of its replaced parts.
func (a *anonymizer) arn(s string) (string, bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) < 6 || parts[1] != Partition(parts[3]) && parts[3] != "" || !slices.Contains(ownServices, parts[2]) || parts[3] != "" && !ownRegion.MatchString(parts[3]) {
		return "", false
	}
	if parts[3] == "" && !slices.Contains([]string{"aws", "aws-cn", "aws-us-gov"}, parts[1]) {
		return "", false
	}
	parts[4] = a.text(parts[4], "AccountId")
	what := strings.FieldsFunc(parts[5], func(r rune) bool { return r == '/' || r == ':' })
	switch {
	case parts[5] == "root", len(what) == 3 && parts[5] == "alias/aws/ebs":
	case len(what) > 1 && slices.Contains(arnTypes, what[0]):
		sep := parts[5][len(what[0]) : len(what[0])+1]
		parts[5] = what[0] + sep + a.text(strings.TrimPrefix(parts[5], what[0]+sep), "Name")
	default:
		parts[5] = a.text(parts[5], "Name")
	}
	return strings.Join(parts, ":"), true
}

// endpoint keeps the name of AWS's own services for endpoints: com.amazonaws.us-east-1.s3.
func (a *anonymizer) endpoint(s string) (string, bool) {
	region, service, ok := strings.Cut(strings.TrimPrefix(s, "com.amazonaws."), ".")
	return s, ok && ownRegion.MatchString(region) && slices.Contains(ownServices, service)
}
