// Package lint checks an inventory of EC2 and EBS resources against the rules of a catalog. Inventory in, report out: it makes no
// calls, reads no configuration and prints nothing. Package collect fills inventories from a live account, [ReadSnapshot]
// from saved answers.
//
//	cat, err := patterns.Load(patterns.Builtin())
//	rules, err := lint.Compile(cat)
//	snap, err := lint.ReadSnapshot(os.DirFS("snapshots"), time.Now())
//	report, err := rules.Check(ctx, snap.Inventories[0], lint.Options{})
//
// Do not add to an [Inventory] that has been checked. Do not print a report's strings without escaping them: they come from the account.
//
// # The manual of the rule language
//
// A rule says which resources it is about, which of them are in scope, and what they have to meet:
//
//	resource: volume
//	when: volume.VolumeType == "gp2" && volume.State == "in-use"
//	require: volume.Size >= params.min_size
//	message: ${volume.Size} GiB of gp2 sustains ${volume.sustainedIops()} IOPS
//
// when and require are expressions of CEL (https://cel.dev) that give true or false. A resource for which when is false is out of
// scope; where require is true it passes, where it is false it fails. Expressions are type-checked when the catalog loads, against
// the structs of the AWS SDK, so that a misspelt field does not load. "patlint try" shows what an expression gives.
//
// Variables. The resource has the name of its kind; "patlint list kinds" shows them all:
//
//	account address availabilityZone capacityReservation clientVpnEndpoint customerGateway dedicatedHost dhcpOptions
//	egressOnlyInternetGateway fleet flowLog image instance internetGateway keyPair launchTemplate natGateway
//	networkAcl networkInterface placementGroup prefixList region reservedInstances routeTable securityGroup
//	snapshot spotFleetRequest spotInstanceRequest subnet taggable transitGateway transitGatewayAttachment volume
//	vpc vpcEndpoint vpcEndpointService vpcPeeringConnection vpnConnection vpnGateway workload
//
// Its fields are those that "aws ec2 describe-…" prints: volume.VolumeType, instance.State.Name. Enums are strings, and
// a value that AWS never sends, such as volume.State == "in_use", does not load. Times are timestamps. A field that is absent reads as its zero value; has(volume.Throughput) tells. Every rule also has region (RegionName, AccountId), now (the time of
// the inventory) and params.NAME.
//
// taggable is everything that takes tags, for rules about tags and names: one subject for each resource, with Kind, Id, Name, Tags, OwnerId, Managed and Ended.
// The finding is about the volume, instance and so on that it is. What another account owns is none; what a service manages is Managed, and what is
// terminated or deleted and still listed has Ended. Such a rule reads the lists of all kinds for which its when can be true, as in
// taggable.Kind in params.kinds; a list that could not be read is unknown once, and leaves the other kinds decided.
//
// Relations lead to other resources, or to facts that need another call of the API. Which calls a rule needs is read from the relations it
// uses, and stated nowhere else:
//
//	account                   regions
//	address                   instances interfaces monthlyCost
//	capacityReservation       instances
//	clientVpnEndpoint         authorizationRules securityGroups vpcs
//	customerGateway           vpnConnections
//	dedicatedHost             instances
//	dhcpOptions               vpcs
//	egressOnlyInternetGateway routeTables vpcs
//	fleet                     instanceTypes launchTemplates
//	flowLog                   interfaces subnets vpcs
//	image                     copies instances launchTemplates sharedWith snapshots
//	instance                  addresses bootScript boughtIops boughtThroughput burstIops burstThroughput
//	                          busiestHour capacityReservations cpuCredits dataVolumes dedicatedHosts ebsLimits
//	                          exposures image imageMetadata interfaces keyPairs launchTemplates metric
//	                          placementGroups repeatedRules secrets securityGroups spotInstanceRequests status
//	                          stopProtection subnet sustainedIops sustainedThroughput templateVersion
//	                          terminationProtection typeInfo volumes vpc mapsDevice publicAddresses
//	internetGateway           routeTables vpcs
//	keyPair                   instances launchTemplates
//	launchTemplate            defaultVersion instances latestVersion
//	natGateway                addresses busiestHour metric monthlyCost routeTables subnets vpcs
//	networkAcl                shadowed stoppedEndpoints subnets unanswered vpcs letsIn letsOut
//	networkInterface          addresses exposures flowLogs instances securityGroups subnets vpcs publicAddresses
//	                          usedBy
//	placementGroup            instances
//	prefixList                entries routeTables securityGroups
//	region                    accountAttributes addresses allowedImageCriteria allowedImages availabilityZones
//	                          ebsDefaultKmsKeyId ebsEncryptionByDefault imageBlockPublicAccess images
//	                          instanceMetadataDefaults instances instancesTagged keyPairs natGateways others
//	                          placementGroups recycledImages recycledSnapshots recycledVolumes reservedInstances
//	                          securityGroups serialConsoleAccess snapshotBlockPublicAccess snapshots subnets
//	                          volumes volumesTagged vpcBlockPublicAccess vpcBlockPublicAccessExclusions vpcs
//	reservedInstances         instances
//	routeTable                subnets vpcs
//	securityGroup             clientVpnEndpoints inbound instances interfaces launchTemplates openings outbound
//	                          referencedBy vpcEndpoints vpcs
//	snapshot                  copies fastRestores images isPublic launchTemplates locks monthlyCost restoredVolumes
//	                          sharedWith tierStatuses volumes
//	spotInstanceRequest       instances
//	subnet                    flowLogs instances interfaces isPublic natGateways networkAcls routeTable
//	                          vpcEndpoints vpcs
//	transitGateway            attachments routeTables vpnConnections
//	transitGatewayAttachment  monthlyCost transitGateways vpcs
//	volume                    busiestHour instances isRoot metric modifications monthlyCost monthlyCostAs
//	                          snapshots sourceSnapshots status
//	vpc                       dhcpOptions dnsHostnames dnsSupport flowLogs instances interfaces internetGateways
//	                          natGateways networkAcls peeringConnections routeTables securityGroups subnets
//	                          transitGatewayAttachments vpcEndpoints vpnGateways
//	vpcEndpoint               busiestHour interfaces metric monthlyCost policy routeTables securityGroups subnets
//	                          vpcs
//	vpcEndpointService        allowedPrincipals
//	vpcPeeringConnection      routeTables
//	vpnConnection             customerGateways monthlyCost transitGateways vpnGateways
//	vpnGateway                vpcs vpnConnections
//	workload                  instances
//	BootAttachment            volumes awaited device volume
//	BootFormat                volumes device fsType guarded naming
//	BootMount                 volumes awaited device fsType naming options point provided
//	BootScript                attachments formats mounts secretLines
//	GroupRule                 ranges wideRanges address opened opens origin portCount traffic within
//	LaunchTemplateVersion     bootScript image imageIsPublic secrets
//
// Those in the plural give lists, the others one thing. A few words on some of them: region.instancesTagged("Role", "db") finds by a tag. templateVersion,
// defaultVersion and latestVersion give a LaunchTemplateVersion; of each template only its default and its latest version are read. instance.ebsLimits()
// is what the instance's link to its volumes carries, in IOPS and MiB/s, from DescribeInstanceTypes or, where that is missing, from a table that is part of
// patlint; sustainedIops, burstIops, boughtIops and their likes for throughput are sums over the instance's volumes.
//
// image.sharedWith() and snapshot.sharedWith() take a call for each image and snapshot. Patterns with them are chosen with --sharing only. Likewise
// instance.terminationProtection() and instance.stopProtection() take a call for each instance, and are chosen with --protection only. vpc.dnsSupport() and
// vpc.dnsHostnames() take a call for each VPC, of which there are few. All four are unknown where nobody asked, in an example too.
//
// A volume knows its physics, computed from the numbers of limits.yaml: sustainedIops, burstIops and maxIops (whole numbers), sustainedThroughput,
// burstThroughput and maxThroughput (MiB/s), boughtIops and boughtThroughput (what was asked for beyond what the type includes), burstMinutes and
// refillHours. What is a setting (IOPS of gp3, io1 and io2, throughput of gp3) has its maximum at the volume's size, else at any size.
//
// metric(name, statistic, window) is a number of CloudWatch's over a window such as "24h", and busiestHour(name, statistic, window) the highest of its
// hourly values. What is asked is known before any call, so the three are constants. Patterns with them are chosen with --metrics only. An instance has metrics
// while it runs, a volume while it is in use, a NAT gateway and a VPC endpoint with interfaces while it is available. Of an endpoint CloudWatch keeps only the
// minutes with traffic, so that no values are 0 there, and unknown elsewhere; one to a service in another region has no metrics.
//
// A block device mapping of a launch template knows by refusals() what AWS would refuse or ignore of it, in words, and leads by snapshot() to the account's
// own snapshot that it names.
//
// bootScript() is what user data does with disks; see package bootscript. Its mounts, formats and attachments are lists that hold an unknown for each part
// which could not be read, so that all and exists are as certain as they can be. Do not count them; a message cuts them down with filter(m, sure(…)).
// Fields of a line are certain, functions may be unknown. volumes() leads from a line to the volume that it means on its machine, and is unknown where
// the name that it uses does not tell, such as a label or a UUID.
//
// secrets() is what user data holds of passwords, keys and tokens: of each the kind, the line and at most four characters, and never the thing itself; see
// package secrets. Like the lists of a boot script it holds an unknown for each part that could not be read, and is asked with exists(s, …).
// The secretLines() of a boot script are wider: they also have what is only masked, because it may be a secret.
//
// vpcEndpoint.policy() gives the statements of its policy, of which Conditions are the keys that limit who and what gets through, and Accounts those that it names; a policy that cannot
// be read is unknown as a whole.
//
// inbound() and outbound() are the rules of a security group, one for each source or destination of each permission, with protocol and ports as what they mean:
// Protocol "all" for -1, ports 0 to 65535 where every port is open. opens("tcp", 22) asks for a port, opened(params.ports) for those of a table, whose entries
// are TCP ports or texts such as "27017-27019 MongoDB" and "udp/161 SNMP". ranges() is its range, or what its prefix list holds; wideRanges(16, 32) is what of it reaches
// public addresses and is wider than these prefixes. A message says with openings(rules, params.ports) which rules open what to whom, and who is exposed by it.
// exposures() are the ways by which a connection from the internet arrives at a machine, by configuration; see package reach for what is looked at. Each has the
// PublicAddress and the Rule that lets it in. letsIn("tcp", 22) and letsOut are what a network ACL lets through, by the first entry that matches,
// and shadowed() are its entries that never decide.
//
// # Several regions, and sets
//
// A rule sees the region of its resource, unless it is about an account or asks for the copies of a snapshot or an image, or for region.others(). Such a rule
// compares regions: it is chosen only where a check covers several of an account, and runs once all of them are in. account.regions() are the regions, whose
// lists, such as region.snapshots(), have what each of them holds; what stands there leads on within its own region. A region that was not read, or is not
// covered, is an unknown element of these lists, so that exists is true where another region is a match, and unknown where none is. In such a rule, relations
// start from resources only, and not from their parts.
//
// AWS keeps of a snapshot's copy where it came from in words only. copies() are the snapshots in other regions of the account whose description or tags
// name the snapshot's ID, as those have that AWS writes itself. A copy with other words and no such tag is not seen, nor is one in another account.
//
// A workload is the running and pending instances of a region that do one thing together, as far as their tags tell: those of one Auto Scaling group, else
// with one value of a tag Role, Service, Application or App, in any case of the letters, else with one Name but for a number or a zone at its end (web-1 and web-2a are web), where
// at least two have it. Under one Service, Application or App stand machines that do different things, so those with a Name are divided by it in the same way: the application shop
// has a workload shop/shop-db. An instance is in one workload at most, that of the first of these which it has. Findings name it by its tag: Role=db.
//
// # Functions
//
// tag(x, "Name") and hasTag(x, "Name"); marked(x, words), whether tag Role or Name holds one of the words; sum(list) and median(list);
// earliest(times), latest(times) and gaps(times), which is how long it is from each to the next; together(lists, near), the times that some lists of times have in common; round(x, digits); limit("gp3.iops.included"), a number of AWS's by its name in limits.yaml; price("ebs.gp3.gib_month"), one of its public prices in the
// region, in US dollars, by its name in prices.yaml; allowsPort(permission, "tcp", 22), isPublicCidr(range) and
// prefixLength(range) for security groups; isZone(name), which is false for a Local Zone and a Wavelength Zone; in messages and fixes sure(condition), which is false where the condition is unknown; sameDevice("/dev/sdf", "/dev/xvdf1"); unknown("reason") for what the data cannot decide. CEL's own
// macros (all, exists, exists_one, filter, map, has), its string, list, math and set extensions, cel.bind and optional values are there too.
//
// # Money
//
// A rule may say what a finding costs, in US dollars a month. It is worked out for findings alone, and the report prints it behind the message:
//
//	waste: volume.monthlyCost() - volume.monthlyCostAs("gp3", double(volume.Iops), 125.0)
//
// monthlyCost() is what a resource costs by public prices, and monthlyCostAs what a volume would cost: a volume's size with what was bought of IOPS and throughput, the hours of an address, a NAT gateway, an
// endpoint, a VPN connection or an attachment to a transit gateway. Of a snapshot it is the most that it can cost. It knows no discount, no free tier, no
// tax and nothing of what is carried. A month has limit("month.hours") hours. On Outposts, in local zones and in regions of which prices.yaml knows nothing it
// is unknown.
//
// Where waste is unknown, fails, or is not above zero, the finding has no estimate, and is a finding all the same. The summary adds up what failed and is not
// muted. It counts each resource once, with the most that a finding says of it; what a rule about an instance adds up of its volumes counts for these.
//
// # Unknown
//
// What could not be read is unknown, and CEL's logic decides whether it matters: true || unknown is true, false && unknown is false, and
// everything else stays unknown. A relation over a call that was denied is unknown; so is one that follows an ID to something that
// the API did not list. Nothing unknown ever passes, and the report says why it is unknown.
//
// # Messages and fixes
//
// In a message and in a fix block, ${…} is an expression; $${ stands for the characters themselves. Messages print whole numbers plainly, times as
// dates and durations as 30d4h. In a fix every value is quoted for the shell,
// and so stands outside of quotes; a variable of the shell's is set in the fix itself.
//
// # Examples
//
// An example is an account in small. Its keys are those of the AWS CLI's output (Volumes, Reservations or its shorthand Instances, Snapshots …); where an
// answer has no key of its own, or one that another answer has, the key is the API action. User data is plain text, settings are objects, metrics are
// the values of each hour:
//
//	DescribeInstanceAttribute:
//	  - InstanceId: i-0db
//	    UserData: {Value: "#!/bin/bash\nmount /dev/sdf /data\n"}
//	GetEbsEncryptionByDefault: {EbsEncryptionByDefault: false}
//	MetricDataResults: [{Label: vol-0data BurstBalance Minimum 24h, Values: [3, 80]}]
//
// Now, Account and Region say when and where; Gaps: [DescribeSnapshots] makes an answer unknown. All else that an example leaves out is empty. An account with
// several regions has them under Regions, each with its answers and its Gaps; these are all regions that the account has, and one may be not read:
//
//	Regions:
//	  us-east-1:
//	    Snapshots: [{SnapshotId: snap-0db, VolumeId: vol-0db}]
//	  eu-west-1: not read
//
// A workload stands in an example where the first of its instances does.
//
// # What not to do
//
// Do not write a number of AWS's into a rule: it goes into limits.yaml, with its source, and the rule says limit("its.name"); a price goes into prices.yaml.
// Do not write a sum of money into a message: that is the waste. Do not loop over relations in a loop over
// relations in a third one: such a rule is too costly and does not compile.
package lint
