// Package bootscript reads user data, the script that an EC2 instance runs when it starts, and tells what the machine will do with disks:
// what it mounts, what it formats, what it attaches, and whether it waits. It reads; it never executes anything, opens no file and
// makes no call.
//
//	script := bootscript.Parse(data)
//	for _, m := range script.Mounts {
//		if device, ok := m.Device.Get(); ok {
//			fmt.Printf("line %d mounts %s\n", m.Line, device)
//		}
//	}
//
// # What it reads
//
// User data as the EC2 API gives it (base64) or as a person wrote it; gzip; MIME multipart archives; shell scripts; cloud-config (mounts, mount_default_fields,
// fs_setup, disk_setup, bootcmd, runcmd, write_files); here-documents and echo, printf and tee into /etc/fstab, sed on it; mount; mkfs and its
// kin, mdadm and LVM; aws ec2 attach-volume and its older and newer relatives, aws ec2 wait, loops that wait for a device, udevadm; tests with blkid,
// lsblk and file; systemd mount units; the NodeConfig of EKS. Variables with one assignment are followed, and so are functions and scripts that the same user data writes and runs. User data of
// Windows is recognised and left alone.
//
// # What it does not know
//
// A script may compute anything, so much cannot be known without running it. Every answer is a [Fact], which is a value or the reason why there is
// none; nothing is guessed. A part that cannot be read at all (a script from the Internet, a syntax error, a type of part that is new) is in
// Script.Unread. What a script lists is true; what it does not list may still happen where Unread is not empty.
//
// Size, depth and time are bounded; what is beyond a bound is in Unread. Line numbers count from 1 in the decoded script: in the
// whole document for one that is plain or compressed, and for a MIME archive too. Those of a part that is encoded inside an archive begin at the
// part's first line and go on as if it had been decoded in place.
//
// # How it reads
//
// Pieces are read in the order in which cloud-init runs them: boothooks, then of cloud-config bootcmd, write_files, disk_setup, fs_setup, swap and
// mounts, then scripts, then runcmd, and last what was written for every boot. The items of runcmd are the lines of one script, as cloud-init writes
// them. Where several parts of cloud-config have a key, the last counts, as
// cloud-init merges them so unless they say how to merge. Both ways of a branch are read, and a loop once, or once for each word where the words
// are known. Some choices that a rule may want to know:
//
//   - What runs only where a test found the device counts as awaited: if [ -b /dev/sdf ]; then mount …
//   - A loop waits where what ends it looks for the device, whether it gives up some time or not. A sleep waits for nothing, nor does
//     a loop that tries to attach.
//   - The tools for XFS, Btrfs and F2FS refuse to overwrite without -f, pvcreate and mdadm ask, and at boot nobody answers; so these are guarded. That for ext4
//     asks only where there is a terminal, so it is not.
//   - A test for the file system that is wanted (not ext4, so make ext4) guards, and so does an attempt to mount that failed. A marker file does not.
//   - A function is asked as a command is: what a test told where it returned 0, or another number, holds for who called it.
//   - What cloud-init adds to an entry of mounts depends on its version and the image. Only what all add is told: defaults and nofail.
//   - What EKS's own tools do with the instance store (localStorage of a NodeConfig, bootstrap.sh --local-disks) is in Unread. They attach and
//     await nothing, so answers about other disks stay.
//   - Pools of ZFS mount themselves; they are in Formats and not in Mounts.
//   - A command from the usual directories is taken to do what its name says. Interpreters with a program, tools for configuration, and
//     scripts that the user data did not write may attach, wait and mount; they are in Unread, and answers about what comes later are unknown.
//
// # What not to do
//
// Do not print user data: it may hold secrets. The Text of a Mount, Format or Attachment is one line with secrets masked, and is all that may be shown. Do not
// take an empty list for "does nothing" without a look at Unread. Do not take a Fact's zero value for a value: ask Get.
package bootscript

// A Fact is what is known of one thing: a value, or the reason why it cannot be known from the script. The zero Fact is unknown.
type Fact[T any] struct {
	value T
	known bool
	why   string
}

// Known is the fact that something has a value.
func Known[T any](v T) Fact[T] { return Fact[T]{value: v, known: true} }

// Unknown is the fact that something cannot be known, and why, in words that complete "unknown: …".
func Unknown[T any](why string) Fact[T] { return Fact[T]{why: why} }

// Get gives the value, and whether there is one.
func (f Fact[T]) Get() (T, bool) { return f.value, f.known }

// Why says why there is no value; "" where there is one.
func (f Fact[T]) Why() string {
	if !f.known && f.why == "" {
		return "the script does not say"
	}
	return f.why
}

// The forms of user data.
const (
	None        = "none"         // empty, or nothing but white space
	Shell       = "shell"        // begins with #!, or with #cloud-boothook
	CloudConfig = "cloud-config" // begins with #cloud-config
	Multipart   = "multipart"    // a MIME archive, of whose parts each is read
	Windows     = "windows"      // what EC2Launch or cloudbase-init reads: <powershell>, <script>, #ps1, tasks in YAML; not read
	Other       = "other"        // anything else; cloud-init ignores it or the image has a reader of its own
)

// A Script is what user data does with disks.
type Script struct {
	Form        string // None, Shell, CloudConfig, Multipart, Windows or Other
	Mounts      []Mount
	Formats     []Format
	Attachments []Attachment
	Secrets     []Secret
	Unread      []Unread
}

// Where a mount stands.
const (
	FromCloudConfig = "cloud-config" // the key mounts; cloud-init writes it to fstab
	FromCommand     = "mount"        // the command: this boot only
	FromFstab       = "fstab"        // a line that is written to /etc/fstab
	FromSystemd     = "systemd"      // a mount unit
)

// How a mount or a format names its device.
const (
	ByDevice      = "device"         // a name that the block device mapping gives: /dev/sdf, /dev/xvdf, /dev/xvdf1
	ByFile        = "file"           // a file: a loop device, a swap file
	ByID          = "id"             // /dev/disk/by-id/…, which on Nitro holds the volume's ID; also /dev/disk/by-path
	ByLabel       = "label"          // LABEL=, PARTLABEL= or /dev/disk/by-label
	ByMapper      = "mapper"         // LVM, device mapper or md: a name that the machine gives
	ByNetwork     = "network"        // NFS, EFS, FSx, SMB, S3
	ByNVMe        = "nvme"           // /dev/nvme1n1: a name in the order of discovery
	ByUUID        = "uuid"           // UUID=, PARTUUID= or /dev/disk/by-uuid
	InstanceStore = "instance-store" // ephemeral0 of cloud-config, a name under by-id that says so, or one that the script picks by the model
	Virtual       = "virtual"        // no device: tmpfs, proc, overlay, bind
)

// A Mount is one thing that the machine mounts, or makes ready to be mounted at every boot. A line for fstab whose file system is swap
// is one too, with the mount point "none". Mounts of the root file system ("/") are listed like others.
type Mount struct {
	Line int    // where it stands
	Text string // that line, at most 200 characters, secrets masked
	From string // FromCloudConfig, FromCommand, FromFstab or FromSystemd

	Device  Fact[string]   // as written, with variables followed: /dev/sdf, UUID=…, LABEL=data
	Naming  Fact[string]   // ByDevice, ByUUID and so on
	Point   Fact[string]   // the directory
	FSType  Fact[string]   // ext4, xfs, auto; unknown where a mount command does not say
	Options Fact[[]string] // each option by itself: defaults, nofail; for a mount command those behind -o

	// Provided tells whether the script itself makes the device exist before this line, or for a line in fstab before it runs mount: it
	// attaches a volume under this name, or assembles the array or logical volume, or makes the file. Unknown where something that is
	// not read may have done so, and where the names do not tell: which volume is /dev/nvme1n1?
	Provided Fact[bool]
	// Awaited tells whether the script waits before this line until the device is there: a loop that tests for it, aws ec2 wait, udevadm with the device, a
	// device unit. A sleep of fixed length is no wait. For a line in fstab what counts is whether the script waits for the device
	// before it runs mount, and where it never does, whether it waits anywhere.
	Awaited Fact[bool]
}

// EveryBoot tells whether the mount is made at each boot and not only at the first.
func (m Mount) EveryBoot() bool { return m.From != FromCommand }

// A Format is a command that makes a file system, a RAID, a physical volume, a swap area or a partition table, and so destroys what was there.
type Format struct {
	Line int
	Text string // the line, at most 200 characters, secrets masked
	Tool string // mkfs, mkswap, mdadm, pvcreate, parted …; cloud-config for fs_setup and disk_setup

	Device  Fact[string] // the first one, where there are several
	Naming  Fact[string]
	FSType  Fact[string] // ext4, xfs; unknown for tools that make none
	Guarded Fact[bool]   // whether it runs only where a test found no file system: blkid, file -s, lsblk -f, wipefs; or the tool itself refuses
}

// An Attachment is a command that attaches an EBS volume to this machine.
type Attachment struct {
	Line int
	Text string // the line, at most 200 characters, secrets masked

	Volume  Fact[string] // the volume's ID
	Device  Fact[string]
	Awaited Fact[bool] // whether the script waits for it before it first uses the device, or anywhere where it does not use it
}

// A Secret is a line that holds one, or may: a password, a key, a token. Its value is nowhere in a Script. It is a line for each that package secrets is certain
// of, and for each that it only suspects ([secrets.Possible]) and that is masked too.
type Secret struct {
	Line int
	What string // as secrets.Secret has it: "AWS access key ID", "password" … or "possible secret"
}

// An Unread is a part of user data that was not understood.
type Unread struct {
	Line int
	Why  string // in words that complete "not read: …"
}
