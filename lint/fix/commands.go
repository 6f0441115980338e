package fix

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/patlint/patlint/lint"
)

// An operation is one of the AWS CLI's that a fix may use. A question runs. Whether another one does is decided by what could go wrong while nobody
// looks: it runs where it touches the one resource, can be taken back, interrupts nothing, and costs nothing but a snapshot.
type operation struct {
	service, name string
	asks          bool     // it changes nothing
	bills         bool     // it makes snapshots
	options       []option // with these it runs
	why           string   // why it does not run, or not with other options
	once          string   // the option with the resource that AWS takes only one such change of at a time; "" for most
}

// An option is one that a command may have.
type option struct {
	name  string
	must  bool           // without it the command does not run
	late  bool           // its value may be known only when the script runs
	kind  string         // of the one resource that a change is about; a finding about this kind changes no other resource than its own
	value *regexp.Regexp // what all of the value is; its group is the resource's ID. nil is for any value
	most  string         // the limit that its value is not above, a number in limits.yaml
}

// whole is for a value as a whole, so that nothing can stand before or after what is meant.
func whole(expr string) *regexp.Regexp { return regexp.MustCompile("^(?:" + expr + ")$") }

// operations is the closed set of them. Keep sorted by service and name. What is not here does not run, but for questions of the linter's. The questions
// are those that the catalog asks: others would print passwords, or what a machine has written on its console.
var operations = []operation{
	{service: "autoscaling", name: "describe-auto-scaling-instances", asks: true, options: questionOptions},
	{service: "autoscaling", name: "terminate-instance-in-auto-scaling-group", why: "ends the machine"},
	{service: "cloudtrail", name: "lookup-events", asks: true, why: "may show more of the requests than who made them and when",
		options: []option{{name: "--lookup-attributes"}, {name: "--query", must: true, value: whole(`Events\[\]\.\[EventTime,EventName,Username\]`)}}},
	{service: "cloudwatch", name: "get-metric-statistics", asks: true, options: questionOptions},
	{service: "cloudwatch", name: "put-metric-alarm", why: "takes the place of an alarm that has this name, and is billed"},
	{service: "ec2", name: "associate-iam-instance-profile", why: "gives programs on the machine the rights of a role"},
	{service: "ec2", name: "associate-route-table", why: "changes the way of all connections of the subnet"},
	{service: "ec2", name: "attach-internet-gateway", why: "opens a way between the VPC and the internet"},
	{service: "ec2", name: "attach-volume", why: "shows a machine a disk that a script on it may format or mount at once"},
	{service: "ec2", name: "authorize-client-vpn-ingress", why: "lets clients of the VPN reach more networks"},
	{service: "ec2", name: "authorize-security-group-egress", why: "lets connections out"},
	{service: "ec2", name: "authorize-security-group-ingress", why: "lets connections in"},
	{service: "ec2", name: "copy-image", why: "makes an image beside the old one, and full copies of its snapshots that are billed until they are deleted"},
	{service: "ec2", name: "copy-snapshot", why: "makes a full copy that is billed until it is deleted; look at its key first"},
	{service: "ec2", name: "create-flow-logs", why: "is billed for what it logs"},
	{service: "ec2", name: "create-image", why: "restarts the machine if it runs"},
	{service: "ec2", name: "create-image-usage-report", why: "makes a report in the account; look at it when it is done"},
	{service: "ec2", name: "create-launch-template-version", why: "makes a version that later launches may use"},
	{service: "ec2", name: "create-network-acl-entry", why: "changes what passes the edge of all subnets that use the list"},
	{service: "ec2", name: "create-route", why: "changes the way of connections"},
	{service: "ec2", name: "create-security-group", why: "makes a group that nothing uses yet; look at its rules first"},
	{service: "ec2", name: "create-snapshot", bills: true, options: []option{{name: "--description"}, {name: "--volume-id", late: true, kind: "volume"}}},
	{service: "ec2", name: "create-snapshots", bills: true, options: []option{{name: "--copy-tags-from-source", value: whole("volume")}, {name: "--description"},
		{name: "--instance-specification", kind: "instance", value: whole(`InstanceId=([A-Za-z0-9-]+)(?:,ExcludeBootVolume=(?:true|false))?`)}}},
	{service: "ec2", name: "create-tags", why: "takes the place of tags that have these keys, which bills and policies may go by"},
	{service: "ec2", name: "create-volume", why: "makes a volume that is billed until it is deleted; look at its size and zone first"},
	{service: "ec2", name: "create-vpc-endpoint", why: "changes the way of connections, and is billed by the hour where it is not for a gateway"},
	{service: "ec2", name: "delete-key-pair", why: "deletes a key pair that later launches may name"},
	{service: "ec2", name: "delete-launch-template-versions", why: "deletes versions that later launches may name"},
	{service: "ec2", name: "delete-route", why: "cuts connections that use the route"},
	{service: "ec2", name: "delete-security-group", why: "deletes the group for good"},
	{service: "ec2", name: "delete-snapshot", why: "deletes the snapshot and its data"},
	{service: "ec2", name: "delete-volume", why: "deletes the volume and its data"},
	{service: "ec2", name: "delete-vpc-peering-connection", why: "cuts all connections between the two VPCs"},
	{service: "ec2", name: "deregister-image", why: "takes the image away from later launches"},
	{service: "ec2", name: "describe-client-vpn-connections", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-fast-snapshot-restores", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-fleets", asks: true, options: []option{{name: "--fleet-ids", late: true}}},
	{service: "ec2", name: "describe-host-reservations", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-iam-instance-profile-associations", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-image-attribute", asks: true, why: "shows more than who may launch the image",
		options: []option{{name: "--attribute", must: true, value: whole("launchPermission")}, {name: "--image-id", late: true}}},
	{service: "ec2", name: "describe-instance-attribute", asks: true, why: "shows a boot script, which may hold secrets",
		options: []option{{name: "--attribute", must: true, value: whole("blockDeviceMapping|disableApiStop|disableApiTermination|ebsOptimized|enaSupport|instanceType|rootDeviceName")},
			{name: "--instance-id", late: true}}},
	{service: "ec2", name: "describe-instance-credit-specifications", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-instance-status", asks: true, options: []option{{name: "--include-all-instances"}, {name: "--instance-ids", late: true}}},
	{service: "ec2", name: "describe-instance-types", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-instances", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-launch-template-versions", asks: true, why: "may show a boot script, which may hold secrets",
		options: []option{{name: "--launch-template-id", late: true},
			{name: "--query", must: true, value: whole(`LaunchTemplateVersions\[\]\.(?:LaunchTemplateData\.BlockDeviceMappings\[\]\.\[[A-Za-z.,]+\]|\[VersionNumber,LaunchTemplateData\.MetadataOptions\])`)}, {name: "--versions"}}},
	{service: "ec2", name: "describe-network-interfaces", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-security-group-references", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-security-group-rules", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-snapshot-attribute", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-snapshots", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-spot-price-history", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-tags", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-volume-status", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-volumes", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-volumes-modifications", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-vpc-endpoint-connections", asks: true, options: questionOptions},
	{service: "ec2", name: "describe-vpn-connections", asks: true, why: "may show the keys of the tunnels",
		options: []option{{name: "--filters"}, {name: "--query", must: true, value: tunnelStates}, {name: "--vpn-connection-ids", late: true}}},
	{service: "ec2", name: "detach-internet-gateway", why: "cuts all connections between the VPC and the internet"},
	{service: "ec2", name: "detach-volume", why: "takes the disk away from the machine, with what is not written yet"},
	{service: "ec2", name: "disable-ebs-encryption-by-default", why: "leaves all new volumes of the region without encryption"},
	{service: "ec2", name: "disable-fast-snapshot-restores", options: []option{{name: "--availability-zones"}, {name: "--source-snapshot-ids", late: true, kind: "snapshot"}}},
	{service: "ec2", name: "disable-image-block-public-access", why: "lets images of the region become public"},
	{service: "ec2", name: "disable-serial-console-access", why: "closes the last way into a machine whose network is broken"},
	{service: "ec2", name: "disable-snapshot-block-public-access", why: "lets snapshots of the region become public, and those be so again that were"},
	{service: "ec2", name: "disassociate-address", why: "takes the public address away from the machine, and cuts its connections"},
	{service: "ec2", name: "disassociate-iam-instance-profile", why: "takes rights away from programs on the machine"},
	{service: "ec2", name: "enable-allowed-images-settings", why: "may refuse launches, also of services that launch machines"},
	{service: "ec2", name: "enable-ebs-encryption-by-default", why: "changes all later launches of the region; one whose role may not use the key fails"},
	{service: "ec2", name: "enable-fast-snapshot-restores", why: "is billed by the hour for each snapshot and zone, until it is turned off"},
	{service: "ec2", name: "enable-image-block-public-access", why: "refuses to publish images in the region, also those that are meant to be public"},
	{service: "ec2", name: "enable-image-deprecation", options: []option{{name: "--deprecate-at"}, {name: "--image-id", late: true, kind: "image"}}},
	{service: "ec2", name: "enable-image-deregistration-protection", options: []option{{name: "--image-id", late: true, kind: "image"}}},
	{service: "ec2", name: "enable-serial-console-access", why: "opens the serial console of all machines of the region"},
	{service: "ec2", name: "enable-snapshot-block-public-access", why: "closes all public snapshots of the region, also those that are meant to be public"},
	{service: "ec2", name: "enable-volume-io", why: "lets reads and writes go on, on data that may be damaged"},
	{service: "ec2", name: "get-ebs-default-kms-key-id", asks: true, options: questionOptions},
	{service: "ec2", name: "get-managed-prefix-list-associations", asks: true, options: questionOptions},
	{service: "ec2", name: "import-key-pair", why: "makes a key pair that later launches may name"},
	{service: "ec2", name: "lock-snapshot", why: "keeps the snapshot, and what it costs, until the lock ends"},
	{service: "ec2", name: "modify-client-vpn-endpoint", why: "changes the endpoint for all its clients"},
	{service: "ec2", name: "modify-image-attribute", why: "takes the image away from others who launch it"},
	{service: "ec2", name: "modify-instance-attribute", why: "changes more of the machine than that a volume outlives it", options: []option{
		{name: "--block-device-mappings", must: true, value: whole(`DeviceName=[/A-Za-z0-9]+,Ebs=\{DeleteOnTermination=false\}`)}, {name: "--instance-id", late: true, kind: "instance"}}},
	{service: "ec2", name: "modify-instance-metadata-defaults", why: "changes all later launches of the region; programs on them that still use version 1 of the instance metadata get nothing"},
	{service: "ec2", name: "modify-instance-metadata-options", why: "ends programs that still use version 1 of the instance metadata"},
	{service: "ec2", name: "modify-instance-network-performance-options", why: "wants the machine stopped"},
	{service: "ec2", name: "modify-launch-template", why: "changes all later launches that name no version"},
	{service: "ec2", name: "modify-managed-prefix-list", why: "changes all security groups and routes that name the list"},
	{service: "ec2", name: "modify-network-interface-attribute", why: "may cut connections of the machine"},
	{service: "ec2", name: "modify-security-group-rules", why: "changes what the rules let through, and may cut connections"},
	{service: "ec2", name: "modify-snapshot-attribute", why: "does more than close a public snapshot", options: []option{{name: "--attribute", must: true, value: whole("createVolumePermission")},
		{name: "--group-names", must: true, value: whole("all")}, {name: "--operation-type", must: true, value: whole("remove")}, {name: "--snapshot-id", late: true, kind: "snapshot"}}},
	{service: "ec2", name: "modify-subnet-attribute", why: "changes all later launches in the subnet"},
	{service: "ec2", name: "modify-transit-gateway", why: "changes what becomes of later attachments"},
	{service: "ec2", name: "modify-volume", why: "may cost more or slow the disk, and cannot be taken back; only a change to gp3 with the speed that its price includes runs", once: "--volume-id",
		options: []option{{name: "--iops", most: "gp3.iops.included"}, {name: "--throughput", most: "gp3.throughput.included"}, {name: "--volume-id", kind: "volume"},
			{name: "--volume-type", must: true, value: whole("gp3")}}},
	{service: "ec2", name: "modify-vpc-attribute", why: "changes how machines of the whole VPC find others by name"},
	{service: "ec2", name: "modify-vpc-block-public-access-options", why: "cuts connections with the internet in the whole region"},
	{service: "ec2", name: "modify-vpc-endpoint", why: "may cut connections through the endpoint"},
	{service: "ec2", name: "modify-vpc-endpoint-service-configuration", why: "changes what becomes of later connections to the service"},
	{service: "ec2", name: "modify-vpc-endpoint-service-permissions", why: "changes who may connect to the service"},
	{service: "ec2", name: "monitor-instances", why: "is billed for each machine until it is turned off"},
	{service: "ec2", name: "reboot-instances", why: "restarts the machine"},
	{service: "ec2", name: "reject-vpc-peering-connection", why: "turns down a request that only the other side can send again"},
	{service: "ec2", name: "release-address", why: "gives the address back for good"},
	{service: "ec2", name: "replace-root-volume", why: "puts another root volume in place and restarts the machine"},
	{service: "ec2", name: "replace-route", why: "changes the way of connections"},
	{service: "ec2", name: "replace-route-table-association", why: "changes the way of all connections of the subnet"},
	{service: "ec2", name: "revoke-client-vpn-ingress", why: "cuts connections of the VPN's clients"},
	{service: "ec2", name: "revoke-security-group-egress", why: "cuts connections that use the rule"},
	{service: "ec2", name: "revoke-security-group-ingress", why: "cuts connections that use the rule"},
	{service: "ec2", name: "run-instances", why: "starts machines that are billed"},
	{service: "ec2", name: "start-instances", why: "starts the machine"},
	{service: "ec2", name: "stop-instances", why: "stops the machine, and loses what is on its local disks"},
	{service: "ec2", name: "terminate-instances", why: "ends the machine for good, and deletes the volumes that go with it"},
	{service: "ec2", name: "unlock-snapshot", why: "lets the snapshot be deleted"},
	{service: "ec2", name: "unmonitor-instances", why: "stops metrics that alarms may use"},
	{service: "ec2", name: "update-security-group-rule-descriptions-ingress", why: "takes the place of descriptions"},
	{service: "ec2", name: "wait", asks: true, options: questionOptions},
	{service: "logs", name: "create-log-group", why: "makes a group of logs, which is billed for what it stores"},
	{service: "logs", name: "put-retention-policy", why: "deletes what is logged and older"},
	{service: "route53", name: "list-hosted-zones-by-vpc", asks: true, options: []option{{name: "--vpc-id", late: true}, {name: "--vpc-region"}}},
	{service: "ssm", name: "describe-instance-information", asks: true, options: questionOptions},
}

// waits is what a script waits for. Keep sorted.
var waits = []string{"image-available", "instance-stopped", "snapshot-completed", "volume-available"}

// questionOptions are what a question may have. The CLI's other options send calls to another address, take another account or read files, and it takes
// options by their first letters too, so that these are listed and not those. A value that is known only when the script runs could be the name of a file
// that the CLI reads; those are IDs and times. Keep sorted.
var questionOptions = []option{
	{name: "--allocation-ids", late: true}, {name: "--attribute"}, {name: "--client-vpn-endpoint-id", late: true},
	{name: "--client-vpn-endpoint-ids", late: true}, {name: "--dimensions"}, {name: "--end-time", late: true}, {name: "--filter"}, {name: "--filters"},
	{name: "--flow-log-ids", late: true}, {name: "--group-id", late: true}, {name: "--group-ids", late: true}, {name: "--host-ids", late: true}, {name: "--image-ids", late: true},
	{name: "--include-deprecated"}, {name: "--include-disabled"}, {name: "--instance-ids", late: true}, {name: "--instance-types"},
	{name: "--internet-gateway-ids", late: true}, {name: "--metric-name", late: true}, {name: "--namespace"}, {name: "--nat-gateway-ids", late: true},
	{name: "--network-acl-ids", late: true}, {name: "--network-interface-ids", late: true}, {name: "--owner-ids"}, {name: "--owners"}, {name: "--period"},
	{name: "--prefix-list-id", late: true}, {name: "--prefix-list-ids", late: true}, {name: "--product-descriptions"},
	{name: "--reserved-instances-ids", late: true}, {name: "--restorable-by-user-ids"},
	{name: "--route-table-ids", late: true}, {name: "--service-id", late: true}, {name: "--snapshot-id", late: true}, {name: "--snapshot-ids", late: true},
	{name: "--start-time", late: true}, {name: "--statistics"}, {name: "--subnet-ids", late: true}, {name: "--volume-ids", late: true},
	{name: "--vpc-endpoint-ids", late: true}, {name: "--vpc-ids", late: true}, {name: "--vpc-peering-connection-ids", late: true}, {name: "--vpn-gateway-ids", late: true},
}

// commonOptions are what every command may have; --region is judged by itself. Keep sorted.
var commonOptions = []string{"--output", "--query"}

// A program is one that fixes call besides aws.
type program struct {
	name string
	why  string // why it does not run; "" where it does
	look bool   // it changes nothing, so that what comes after it may run
}

// programs is the closed set of them. Keep sorted. What is not here does not run, and neither does what comes after it.
var programs = []program{
	{name: "["},
	{name: "base64", why: "shows a boot script, which may hold secrets", look: true},
	{name: "date"},
	{name: "echo"},
	{name: "findmnt", why: "is for the machine itself, not for here", look: true},
	{name: "fio", why: "is for the machine itself, and reads the whole disk"},
	{name: "grep", why: "is for the machine itself, not for here", look: true},
	{name: "lsblk", why: "is for the machine itself, not for here", look: true},
	{name: "sudo", why: "is for the machine itself, as root"},
	{name: "test"},
	{name: "true"},
	{name: "umask", why: "changes who may read what is written after it", look: true},
}

// secretive are questions of the linter's that are not for a script: their answers hold keys of tunnels, or boot scripts. Keep sorted.
var secretive = []string{"describe-instance-attribute", "describe-launch-template-versions", "describe-spot-fleet-requests", "describe-spot-instance-requests", "describe-vpn-connections"}

// tunnelStates is a question about VPN connections of which each word is known to hold no key.
var tunnelStates = whole(`VpnConnections\[\]\.(?:VgwTelemetry\[\]\.\[[A-Za-z,]+\]|\[(?:(?:CustomerGatewayId|Options\.StaticRoutesOnly|State|VpnConnectionId` +
	`|VgwTelemetry\[\]\.\[[A-Za-z,]+\]|Options\.TunnelOptions\[\]\.\[(?:(?:DpdTimeoutAction|LogOptions\.CloudWatchLogOptions|OutsideIpAddress|StartupAction|TunnelInsideCidr),?)+\]),?)+\])`)

// asked tells whether a command puts a question that the linter itself puts to EC2, so that it need not stand in the table.
func asked(service, name string) bool {
	return service == "ec2" && !slices.Contains(secretive, name) && slices.ContainsFunc(lint.Sources(), func(s lint.Source) bool {
		words := strings.Fields(s.CLI())
		return words[1] == service && words[2] == name
	})
}

func operationNamed(service, name string) (operation, bool) {
	i, ok := slices.BinarySearchFunc(operations, operation{service: service, name: name}, func(a, b operation) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.name, b.name))
	})
	switch {
	case ok:
		return operations[i], true
	case asked(service, name):
		return operation{service: service, name: name, asks: true, options: questionOptions}, true
	}
	return operation{}, false
}

func programNamed(name string) (program, bool) {
	i, ok := slices.BinarySearchFunc(programs, name, func(p program, name string) int { return cmp.Compare(p.name, name) })
	if !ok {
		return program{}, false
	}
	return programs[i], true
}

// takes tells whether a value is one with which an operation runs.
func (o option) takes(value string) bool {
	if o.most != "" {
		most, known := lint.Limit(o.most)
		n, err := strconv.ParseUint(value, 10, 31)
		return known && err == nil && float64(n) <= most.Value
	}
	return o.value == nil || o.value.MatchString(value)
}

// resource is the ID of the resource in a value that the option takes.
func (o option) resource(value string) string {
	if o.value != nil {
		if m := o.value.FindStringSubmatch(value); len(m) > 1 {
			return m[1]
		}
	}
	return value
}
