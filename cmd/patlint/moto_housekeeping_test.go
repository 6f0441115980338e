package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/patlint/patlint/lint"
)

// keptPatterns are those of the chapters backup, images, resilience, cost and operations that came with money, sets and tags, but for five:
// TestMotoAttributes has protect-from-stop, protect-from-termination and use-vpc-dns-settings, and one region is not enough for
// copy-critical-snapshots-off-region and use-more-than-one-region.
var keptPatterns = []string{
	"act-on-failed-status-checks", "act-on-scheduled-events", "archive-compliance-snapshots", "cap-instance-count", "choose-credit-mode",
	"classify-data-on-volumes", "consider-cheaper-processors", "copy-tags-to-volumes", "describe-groups-and-rules", "diversify-spot-pools",
	"drop-blackhole-routes", "expire-old-snapshots", "extend-temporary-restores", "give-tags-allowed-values", "keep-both-vpn-tunnels-up",
	"keep-enclave-hosts-running", "keep-firewall-endpoints-in-the-same-zone", "keep-flow-logs-delivering", "keep-groups-few",
	"keep-image-snapshots-whole", "keep-nacl-entries-effective", "keep-nat-in-the-same-zone", "keep-newest-snapshot-warm", "keep-peering-routes-present",
	"keep-rules-few", "keep-snapshot-rhythm", "keep-subnet-addresses-free", "keep-template-references-valid", "let-s3-through-nacls", "log-vpn-tunnels",
	"match-profile-to-tag", "merge-duplicate-groups", "move-default-template-version", "name-resources-by-rule", "pay-for-detail-where-it-counts",
	"pin-template-version", "protect-live-images", "rebuild-long-running-instances", "rebuild-what-you-run", "recover-simply",
	"release-unused-addresses", "renew-expiring-reservations", "resolve-names-across-peering", "respect-spread-limit", "retire-empty-subnets",
	"retire-empty-vpcs", "retire-idle-endpoints", "retire-idle-instances", "retire-idle-nat-gateways", "retire-orphan-snapshots",
	"retire-unused-dedicated-hosts", "retire-unused-images", "retire-unused-internet-gateways", "retire-unused-nacls", "retire-unused-nat-gateways",
	"retire-unused-network-interfaces", "retire-unused-route-tables", "retire-unused-security-groups", "retire-unused-transit-gateways",
	"retire-unused-vpn-gateways", "review-large-instances", "review-large-volumes", "review-recent-reservations", "right-size-instances",
	"rotate-old-images", "run-preferred-instance-types", "run-registered-images", "set-an-end-date-on-images", "share-what-the-image-needs",
	"snapshot-hdd-off-peak", "snapshot-sets-together", "spread-endpoints-across-zones", "spread-nat-gateways-across-zones", "spread-role-across-zones",
	"spread-subnets-across-zones", "stop-off-hours-instances", "tag-everything", "thin-snapshot-chains", "trim-gp3-extras",
	"use-gateway-endpoints-for-s3", "use-or-drop-capacity-reservations", "use-or-drop-reserved-instances", "use-spot-where-desired",
	"use-wanted-tenancy", "watch-pending-snapshots",
}

// A household is an account that was left to itself. Its front makes things as old as they have to be, for moto's clock cannot be set back, and says what
// moto has no field for: states of checks, tunnels, deliveries and attachments, tiers and sizes of snapshots, what images are protected by. It answers the
// calls that moto lacks, those for fleets, of which moto resolves the versions and starts the machines at once, and those for credits, which moto leaves out
// where no ID is asked for.
type household struct {
	*seed
	*front
	sowing
	tidy  *home  // two zones, and everything as it should be
	away  string // its private subnet in the other zone
	group string // of its machines
	gone  string // the machine whose image is gone
}

const day = 24 * time.Hour

// ago is a time in an answer.
func ago(d time.Duration) string {
	return time.Now().Add(-d).UTC().Format("2006-01-02T15:04:05.000Z")
}

func element(name, value string) string {
	return "<" + name + ">" + value + "</" + name + ">"
}

// taken makes a snapshot that is this old, with elements besides.
func (h *household) taken(volume string, age time.Duration, elements string) string {
	h.t.Helper()
	id := h.snapshot(volume)
	h.set("DescribeSnapshots", id, element("startTime", ago(age))+elements)
	return id
}

func (h *household) mark(id string, pairs ...string) string {
	h.t.Helper()
	_, err := h.CreateTags(h.ctx, &ec2.CreateTagsInput{Resources: []string{id}, Tags: tags(types.ResourceTypeInstance, pairs...)[0].Tags})
	h.check(err)
	return id
}

// machine starts one in the tidy network.
func (h *household) machine(change func(*ec2.RunInstancesInput)) string {
	h.t.Helper()
	return h.tidy.launch(h.tidy.private, h.group, change)
}

// disk makes a volume and attaches it to a machine.
func (h *household) disk(instance, device string, in *ec2.CreateVolumeInput) string {
	h.t.Helper()
	in.AvailabilityZone = aws.String("us-east-1a")
	out, err := h.CreateVolume(h.ctx, in)
	h.check(err)
	h.attach(*out.VolumeId, instance, device)
	return *out.VolumeId
}

// snapshots sows what is done wrong with backups.
func (h *household) snapshots() {
	const tier = "<storageTier>archive</storageTier>"
	machine := h.twin(h.machine(nil))
	root := h.twin(h.root(machine))
	h.twin(h.taken(root, 2*day, tier))
	h.twin(h.taken(root, day, ""))
	cold := h.machine(nil)
	h.twin(h.taken(h.root(cold), 2*day, ""))
	h.fault(h.taken(h.root(cold), day, tier), "keep-newest-snapshot-warm")

	loose := h.twin(h.volume(types.VolumeTypeGp3, 20))
	h.fault(h.taken(loose, 400*day, ""), "expire-old-snapshots")
	h.twin(h.mark(h.taken(loose, 400*day, ""), "Keep", "for the lawsuit"))
	h.fault(h.mark(h.taken(loose, 60*day, ""), "Role", "audit"), "archive-compliance-snapshots")
	h.twin(h.mark(h.taken(loose, 60*day, tier), "Role", "audit"))
	h.twin(h.mark(h.taken(h.twin(h.volume(types.VolumeTypeGp3, 10)), 60*day, ""), "Role", "audit")) // the only one of its volume
	h.twin(h.taken(loose, day, ""))

	gone := h.volume(types.VolumeTypeGp3, 30)
	h.fault(h.taken(gone, 100*day, ""), "retire-orphan-snapshots")
	h.twin(h.mark(h.taken(gone, 100*day, ""), "Keep", ""))
	h.twin(h.taken(gone, 10*day, ""))
	_, err := h.DeleteVolume(h.ctx, &ec2.DeleteVolumeInput{VolumeId: &gone})
	h.check(err)

	dense := h.fault(h.volume(types.VolumeTypeGp3, 10), "thin-snapshot-chains")
	for i := range 15 {
		h.taken(dense, time.Duration(40+i)*day, "")
	}

	slow := h.volume(types.VolumeTypeGp3, 40)
	h.fault(h.taken(slow, 50*time.Hour, "<status>pending</status><progress>12%</progress>"), "watch-pending-snapshots")
	h.twin(h.taken(slow, time.Hour, "<status>pending</status><progress>80%</progress>"))
	h.fault(h.taken(slow, 70*time.Hour, "<status>error</status>"), "watch-pending-snapshots")

	restored := func(left time.Duration) string {
		id := h.taken(loose, 20*day, element("restoreExpiryTime", ago(-left)))
		_, err := h.CreateVolume(h.ctx, &ec2.CreateVolumeInput{SnapshotId: &id, AvailabilityZone: aws.String("us-east-1a"), VolumeType: types.VolumeTypeGp3})
		h.check(err)
		return id
	}
	h.fault(restored(2*day), "extend-temporary-restores")
	h.twin(restored(30 * day))
}

// volumes sows volumes that are larger, faster or busier than they should be.
func (h *household) volumes() {
	dev := h.twin(h.machine(func(in *ec2.RunInstancesInput) {
		in.TagSpecifications = tags(types.ResourceTypeInstance, "Environment", "dev")
	}))
	prod := h.twin(h.machine(func(in *ec2.RunInstancesInput) {
		in.TagSpecifications = tags(types.ResourceTypeInstance, "Environment", "production")
	}))
	bought := ec2.CreateVolumeInput{VolumeType: types.VolumeTypeGp3, Size: aws.Int32(100), Iops: aws.Int32(6000), Throughput: aws.Int32(250)}
	h.fault(h.disk(dev, "/dev/sdf", &bought), "trim-gp3-extras")
	h.twin(h.disk(prod, "/dev/sdf", &bought))

	large := func(device string, written int64) string {
		id := h.disk(prod, device, &ec2.CreateVolumeInput{VolumeType: types.VolumeTypeGp3, Size: aws.Int32(1000)})
		h.twin(h.taken(id, 3*day, element("fullSnapshotSizeInBytes", fmt.Sprint(written<<30))))
		return id
	}
	h.fault(large("/dev/sdg", 90), "review-large-volumes")
	h.twin(large("/dev/sdh", 700))

	work := time.Now().UTC().Truncate(day).Add(-day)
	for work.Weekday() == time.Saturday || work.Weekday() == time.Sunday {
		work = work.Add(-day)
	}
	hdd := func(device string, hour time.Duration) string {
		id := h.disk(prod, device, &ec2.CreateVolumeInput{VolumeType: types.VolumeTypeSt1, Size: aws.Int32(500)})
		for minute := range 3 {
			h.twin(h.taken(id, time.Since(work.Add(hour*time.Hour+time.Duration(minute)*time.Minute)), ""))
		}
		return id
	}
	h.fault(hdd("/dev/sdi", 15), "snapshot-hdd-off-peak") // ten in the morning at UTC-05:00
	h.twin(hdd("/dev/sdj", 2))
}

// made is an image of an instance that is this old, with elements besides.
func (h *household) made(instance, name string, age time.Duration, elements string) string {
	h.t.Helper()
	id := h.image(instance, name)
	h.set("DescribeImages", id, element("creationDate", ago(age))+elements)
	return id
}

// images sows images that nobody looks after, and gives one that a template may name.
func (h *household) images() string {
	ends := element("deprecationTime", ago(-300*day))
	live := element("lastLaunchedTime", ago(2*day))
	const guarded = "<deregistrationProtection>enabled</deregistrationProtection>"
	of := h.twin(h.machine(nil))
	h.fault(h.made(of, "unused", 200*day, ends), "retire-unused-images")
	h.twin(h.mark(h.made(of, "fallback", 200*day, ends), "Keep", "in case the new one fails"))
	h.fault(h.made(of, "endless", 30*day, ""), "set-an-end-date-on-images")
	h.twin(h.made(of, "new", day, ""))
	h.fault(h.made(of, "bare", 30*day, ends+live), "protect-live-images")
	good := h.twin(h.made(of, "guarded", 30*day, ends+live+guarded))

	old := h.fault(h.made(of, "old", 300*day, ends), "rotate-old-images")
	h.twin(h.machine(func(in *ec2.RunInstancesInput) { in.ImageId = &old }))
	h.twin(h.machine(func(in *ec2.RunInstancesInput) { in.ImageId = &good }))

	broken := h.fault(h.made(of, "broken", 30*day, ends), "keep-image-snapshots-whole")
	h.set("DescribeSnapshots", h.of(broken), "<storageTier>archive</storageTier>")

	share := func(name string, whole bool) string {
		id := h.made(of, name, 30*day, ends)
		_, err := h.ModifyImageAttribute(h.ctx, &ec2.ModifyImageAttributeInput{ImageId: &id, LaunchPermission: &types.LaunchPermissionModifications{
			Add: []types.LaunchPermission{{UserId: aws.String(stranger)}}}})
		h.check(err)
		if whole {
			_, err = h.ModifySnapshotAttribute(h.ctx, &ec2.ModifySnapshotAttributeInput{SnapshotId: aws.String(h.of(id)), Attribute: types.SnapshotAttributeNameCreateVolumePermission,
				OperationType: types.OperationTypeAdd, UserIds: []string{stranger}})
			h.check(err)
		}
		return id
	}
	h.fault(share("half", false), "share-what-the-image-needs")
	h.twin(share("whole", true))
	return good
}

// of is the snapshot of an image.
func (h *household) of(image string) string {
	h.t.Helper()
	out, err := h.DescribeImages(h.ctx, &ec2.DescribeImagesInput{ImageIds: []string{image}})
	h.check(err)
	return *out.Images[0].BlockDeviceMappings[0].Ebs.SnapshotId
}

// templates sows templates and fleets.
func (h *household) templates(image string) {
	plain := func(name string) string {
		return h.tidy.template(name, types.RequestLaunchTemplateData{InstanceType: types.InstanceTypeM6iLarge, ImageId: &image, SecurityGroupIds: []string{h.group}})
	}
	next := func(id string) {
		_, err := h.CreateLaunchTemplateVersion(h.ctx, &ec2.CreateLaunchTemplateVersionInput{LaunchTemplateId: &id, LaunchTemplateData: &types.RequestLaunchTemplateData{
			InstanceType: types.InstanceTypeM6iXlarge, ImageId: &image, SecurityGroupIds: []string{h.group}}})
		h.check(err)
		h.set("DescribeLaunchTemplateVersions", id, element("createTime", ago(60*day)))
	}
	behind := h.fault(plain("behind"), "move-default-template-version")
	next(behind)
	moved := h.twin(plain("moved"))
	next(moved)
	_, err := h.ModifyLaunchTemplate(h.ctx, &ec2.ModifyLaunchTemplateInput{LaunchTemplateId: &moved, DefaultVersion: aws.String("2")})
	h.check(err)
	h.fault(h.tidy.template("dangling", types.RequestLaunchTemplateData{InstanceType: types.InstanceTypeM6iLarge, ImageId: &image, SecurityGroupIds: []string{"sg-0123456789abcdef0"}}),
		"keep-template-references-valid")

	stock := h.twin(plain("stock"))
	from := func(in *ec2.RunInstancesInput) {
		in.ImageId, in.LaunchTemplate = nil, &types.LaunchTemplateSpecification{LaunchTemplateId: &stock, Version: aws.String("1")}
	}
	h.twin(h.machine(from))
	h.disk(h.fault(h.machine(from), "rebuild-what-you-run"), "/dev/sdf", &ec2.CreateVolumeInput{VolumeType: types.VolumeTypeGp3, Size: aws.Int32(50)})

	// moto resolves $Latest, and starts machines for every fleet.
	fleet := func(id, version, strategy string, types ...string) string {
		overrides := ""
		for i, t := range types {
			overrides += "<item>" + element("instanceType", t) + element("subnetId", []string{h.tidy.private, h.tidy.public}[i%2]) + "</item>"
		}
		return "<item>" + element("fleetId", id) + "<type>maintain</type><fleetState>active</fleetState><launchTemplateConfigs><item><launchTemplateSpecification>" +
			element("launchTemplateId", stock) + element("version", version) + "</launchTemplateSpecification>" + element("overrides", overrides) + "</item></launchTemplateConfigs>" +
			element("spotOptions", element("allocationStrategy", strategy)) +
			"<targetCapacitySpecification><totalTargetCapacity>4</totalTargetCapacity><spotTargetCapacity>4</spotTargetCapacity></targetCapacitySpecification></item>"
	}
	mixed := []string{"m6i.large", "m6a.large", "m7i.large", "m5.large"}
	h.say("DescribeFleets", element("fleetSet",
		fleet(h.fault("fleet-1", "pin-template-version"), "$Latest", "price-capacity-optimized", mixed...)+
			fleet(h.fault("fleet-2", "diversify-spot-pools"), "1", "lowest-price", "m6i.large")+
			fleet(h.twin("fleet-3"), "1", "price-capacity-optimized", mixed...)))
}

// machines sows machines. Those of the other parts are in the network of twins, too.
func (h *household) machines() {
	tagged := func(pairs ...string) string {
		return h.machine(func(in *ec2.RunInstancesInput) { in.TagSpecifications = tags(types.ResourceTypeInstance, pairs...) })
	}
	old := h.fault(h.machine(nil), "rebuild-long-running-instances")
	out, err := h.DescribeInstances(h.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{old}})
	h.check(err)
	h.set("DescribeInstances", *out.Reservations[0].Instances[0].NetworkInterfaces[0].Attachment.AttachmentId, element("attachTime", ago(500*day)))

	ill := h.fault(h.machine(nil), "act-on-failed-status-checks")
	h.set("DescribeInstanceStatus", ill, "<instanceStatus><status>impaired</status><details><item><name>reachability</name><status>failed</status>"+
		element("impairedSince", ago(day))+"</item></details></instanceStatus>")
	doomed := h.fault(h.machine(nil), "act-on-scheduled-events")
	h.set("DescribeInstanceStatus", doomed, "<eventsSet><item><code>instance-retirement</code><description>The instance is running on degraded hardware</description>"+
		element("notBefore", ago(-5*day))+"</item></eventsSet>")
	spared := h.twin(h.machine(nil))
	h.set("DescribeInstanceStatus", spared, "<eventsSet><item><code>system-reboot</code><description>[Completed] Scheduled reboot</description></item></eventsSet>")

	alone := h.fault(h.machine(nil), "recover-simply")
	h.set("DescribeInstances", alone, "<maintenanceOptions><autoRecovery>disabled</autoRecovery></maintenanceOptions>")
	const enclave = "<enclaveOptions><enabled>true</enabled></enclaveOptions>"
	host := h.fault(h.machine(nil), "keep-enclave-hosts-running")
	h.set("DescribeInstances", host, enclave)
	_, err = h.StopInstances(h.ctx, &ec2.StopInstancesInput{InstanceIds: []string{host}})
	h.check(err)
	h.set("DescribeInstances", h.twin(h.machine(nil)), enclave)

	large := func(pairs ...string) string {
		return h.machine(func(in *ec2.RunInstancesInput) {
			in.InstanceType, in.TagSpecifications = types.InstanceTypeM6i32xlarge, tags(types.ResourceTypeInstance, pairs...)
		})
	}
	h.fault(large("Name", "huge"), "review-large-instances")
	h.twin(large("SizeReason", "one process with 400 GB of memory"))

	detailed := func(environment string) string {
		id := tagged("Environment", environment)
		h.set("DescribeInstances", id, "<monitoring><state>enabled</state></monitoring>")
		return id
	}
	h.fault(detailed("dev"), "pay-for-detail-where-it-counts")
	h.twin(detailed("production"))

	h.fault(tagged("PurchaseOption", "spot"), "use-spot-where-desired")
	h.set("DescribeInstances", h.twin(tagged("PurchaseOption", "spot")), "<instanceLifecycle>spot</instanceLifecycle>")
	h.fault(tagged("InstanceProfile", "web"), "match-profile-to-tag")
	h.twin(tagged("InstanceProfile", "none"))

	dedicated := func(pairs ...string) string {
		id := tagged(pairs...)
		h.set("DescribeInstances", id, "<placement><availabilityZone>us-east-1a</availabilityZone><tenancy>dedicated</tenancy></placement>")
		return id
	}
	h.fault(dedicated("Name", "dedicated"), "use-wanted-tenancy")
	h.twin(dedicated("Tenancy", "dedicated"))

	scheduled := func(schedule string) string {
		id := tagged("Schedule", schedule)
		h.set("DescribeInstances", id, element("launchTime", ago(2*time.Hour)))
		return id
	}
	h.fault(scheduled("never"), "stop-off-hours-instances")
	h.twin(scheduled("always"))

	spread := func(group string) {
		h.set("DescribeInstances", h.twin(h.machine(nil)), element("placement", element("availabilityZone", "us-east-1a")+element("groupName", group)+"<tenancy>default</tenancy>"))
	}
	for range 7 {
		spread("full")
	}
	spread("free")
	placement := func(id, name string) string {
		return "<item>" + element("groupId", id) + element("groupName", name) + "<strategy>spread</strategy><spreadLevel>rack</spreadLevel><state>available</state></item>"
	}
	h.say("DescribePlacementGroups", element("placementGroupSet", placement("pg-1", h.fault("full", "respect-spread-limit"))+placement("pg-2", h.twin("free"))))

	h.gone = h.fault(h.machine(nil), "run-registered-images")
	h.measured()
	h.fault("us-east-1", "consider-cheaper-processors") // its twin is another region
}

// measured sows machines that do little or nothing.
func (h *household) measured() {
	for value, pattern := range map[float64]string{0.5: "retire-idle-instances", 10: "right-size-instances", 70: ""} {
		id := h.machine(func(in *ec2.RunInstancesInput) { in.InstanceType = types.InstanceTypeM6i2xlarge })
		h.set("DescribeInstances", id, element("launchTime", ago(60*day)))
		h.metrics[id] = value
		if pattern == "" {
			h.twin(id)
		} else {
			h.fault(id, pattern)
		}
	}
}

// metadata answers where the images of machines stand, for all of them, of which one is gone.
func (h *household) metadata() {
	items := ""
	pages := ec2.NewDescribeInstancesPaginator(h, &ec2.DescribeInstancesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(h.ctx)
		h.check(err)
		for _, r := range page.Reservations {
			for _, i := range r.Instances {
				state := "available"
				if *i.InstanceId == h.gone {
					state = "deregistered"
				}
				items += "<item>" + element("instanceId", *i.InstanceId) + element("imageMetadata", element("imageId", *i.ImageId)+element("imageOwnerId", "801119661308")+
					element("imageState", state)) + "</item>"
			}
		}
	}
	h.say("DescribeInstanceImageMetadata", element("instanceImageMetadataSet", items))
}

// reservations sows what is paid for in advance, which moto knows little of.
func (h *household) reservations() {
	reserved := func(id string, age time.Duration, of, tag string) string {
		return "<item>" + element("reservedInstancesId", id) + element("instanceType", of) + element("start", ago(age)) + element("end", ago(age-365*day)) +
			"<duration>31536000</duration><instanceCount>1</instanceCount><productDescription>Linux/UNIX</productDescription><state>active</state>" +
			"<instanceTenancy>default</instanceTenancy><scope>Region</scope><tagSet><item>" + element("key", tag) + "<value>the board</value></item></tagSet></item>"
	}
	served := h.twin(h.machine(func(in *ec2.RunInstancesInput) { in.InstanceType = types.InstanceTypeC6iLarge }))
	h.set("DescribeInstances", served, "<platformDetails>Linux/UNIX</platformDetails>")
	h.say("DescribeReservedInstances", element("reservedInstancesSet", reserved(h.fault("ri-1", "use-or-drop-reserved-instances"), 100*day, "r5.large", "ApprovedBy")+
		reserved(h.fault("ri-2", "review-recent-reservations"), day, "r5.large", "Name")+
		reserved(h.fault("ri-3", "renew-expiring-reservations", "use-or-drop-reserved-instances"), 355*day, "r5.xlarge", "ApprovedBy")+
		reserved(h.twin("ri-4"), 355*day, "c6i.large", "ApprovedBy")+reserved(h.twin("ri-5"), day, "c6i.large", "ApprovedBy")))
	capacity := func(id, free string) string {
		return "<item>" + element("capacityReservationId", id) + "<instanceType>r5.large</instanceType><availabilityZone>us-east-1a</availabilityZone><state>active</state>" +
			"<totalInstanceCount>4</totalInstanceCount>" + element("availableInstanceCount", free) + "<endDateType>unlimited</endDateType>" + element("startDate", ago(30*day)) + "</item>"
	}
	h.say("DescribeCapacityReservations", element("capacityReservationSet", capacity(h.fault("cr-1", "use-or-drop-capacity-reservations"), "3")+capacity(h.twin("cr-2"), "1")))
	hosts, err := h.AllocateHosts(h.ctx, &ec2.AllocateHostsInput{AvailabilityZone: aws.String("us-east-1a"), InstanceType: aws.String("m5.large"), Quantity: aws.Int32(2)})
	h.check(err)
	for _, id := range hosts.HostIds {
		h.set("DescribeHosts", id, element("allocationTime", ago(3*day)))
	}
	h.fault(hosts.HostIds[0], "retire-unused-dedicated-hosts")
	h.set("DescribeHosts", h.twin(hosts.HostIds[1]), "<instances><item><instanceId>i-0123456789abcdef0</instanceId><instanceType>m5.large</instanceType></item></instances>")
}

// housekeeping tunes what depends on the hour of the test, and on other accounts.
const housekeeping = `tune:
  share-what-the-image-needs: {params: {copiers: ["` + stranger + `"]}}
  stop-off-hours-instances: {params: {schedules: [always 0-6 0-24, never 0-6 0-0]}}
`

// TestMotoHousekeeping runs the unmodified command against an account that has grown for years, with one fault of each kind beside its clean twin.
func TestMotoHousekeeping(t *testing.T) {
	f := newFront(t, startMoto(t))
	s := newSeed(t, f.url)
	h := &household{seed: s, front: f}
	for action, set := range map[string]string{"DescribeClientVpnEndpoints": "clientVpnEndpoint", "DescribeFastSnapshotRestores": "fastSnapshotRestoreSet",
		"DescribeLockedSnapshots": "snapshotSet", "ListImagesInRecycleBin": "imageSet", "ListSnapshotsInRecycleBin": "snapshotSet"} {
		f.say(action, element(set, ""))
	}
	h.networks()
	h.snapshots()
	h.volumes()
	h.templates(h.images())
	h.machines()
	h.reservations()
	h.roles()
	h.mislabel()
	h.metadata()
	h.reap(t, 80, 0)

	config := filepath.Join(t.TempDir(), "patlint.yaml")
	if err := os.WriteFile(config, []byte(housekeeping), 0o600); err != nil {
		t.Fatal(err)
	}
	chosen := []string{"--config", config, "--metrics", "--sharing"}
	for _, p := range keptPatterns {
		chosen = append(chosen, "-p", p)
	}
	args := append([]string{"--region", "us-east-1", "--endpoint-url", f.url, "--rate", "100"}, chosen...)
	dir := t.TempDir()
	if _, stderr, code := patlint(t, nil, append([]string{"snapshot", "-o", dir}, args...)...); code != exitClean {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	for name, r := range map[string]*lint.Report{"live": reported(t, args...), "from a snapshot": reported(t, append([]string{"--snapshot", dir}, chosen...)...)} {
		if diff := cmp.Diff(h.want, found(r)); diff != "" {
			t.Errorf("%s: findings (-seeded +reported):\n%s", name, diff)
		}
		for _, g := range r.Gaps {
			t.Errorf("%s: %s of %s is not known: %s", name, g.Action, strings.Join(g.Patterns, ", "), g.Error)
		}
		if r.Summary.Unknown > 0 {
			t.Errorf("%s: %d checks are unknown", name, r.Summary.Unknown)
		}
		h.money(r)
	}
	other := reported(t, "--region", "eu-west-1", "--endpoint-url", f.url, "-p", "consider-cheaper-processors")
	if s := other.Summary; s.Pass != 1 || s.Evaluations != 1 {
		t.Errorf("a region without machines: %+v", s)
	}
}

// money looks at what findings cost: each by its public price, and a resource that several patterns flag once.
func (h *household) money(r *lint.Report) {
	byResource := map[string]float64{}
	for _, f := range r.Findings {
		byResource[f.Resource.ID] = max(byResource[f.Resource.ID], f.MonthlyUSD)
	}
	total, paid := 0.0, 0
	for _, usd := range byResource {
		if total += usd; usd > 0 {
			paid++
		}
	}
	if s := r.Summary; math.Abs(s.MonthlyUSD-total) > 0.01 || s.MonthlyUSDResources != paid+1 { // the address of the unused NAT gateway is a resource of its own
		h.t.Errorf("%.2f USD for %d resources in the summary, %.2f for %d by the findings", s.MonthlyUSD, s.MonthlyUSDResources, total, paid+1)
	}
	for pattern, want := range map[string]float64{
		"archive-compliance-snapshots": 0, // it is one of a row
		"expire-old-snapshots":         20 * 0.05, "release-unused-addresses": 0.005 * 730,
		"retire-orphan-snapshots": 30 * 0.05, "retire-unused-nat-gateways": (0.045 + 0.005) * 730, "trim-gp3-extras": 3000*0.005 + 125*0.04,
	} {
		i := slices.IndexFunc(r.Findings, func(f lint.Finding) bool { return f.Pattern == pattern })
		if i < 0 || math.Abs(r.Findings[i].MonthlyUSD-want) > 0.01 {
			h.t.Errorf("%s does not cost %.2f USD a month", pattern, want)
		}
	}
}
