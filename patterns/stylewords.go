package patterns

// A filler is a phrase that a sentence does better without.
type filler struct {
	words string // all forms of it in lower case, parted by a bar
	say   string // what to do about it
	after string // words in front of it that give it a meaning, parted by a space
}

const (
	leaveOut = "leave it out"
	sells    = "say what it does, in numbers"
)

// fillers are sorted by their first word.
var fillers = []filler{
	{"a variety of|a wide range of|a wide variety of", "say which, or how many", ""},
	{"actually", leaveOut, ""},
	{"and/or", "say which of the two, or both", ""},
	{"as you can see|as we can see", leaveOut, ""},
	{"at the end of the day", leaveOut, ""},
	{"at this point in time", "say now", ""},
	{"basically", leaveOut, ""},
	{"best practice|best practices|best-practice|best-practices", "say who does it, and what happens otherwise", ""},
	{"best-in-class|best in class|world-class|state-of-the-art|cutting-edge|cutting edge|next-gen|enterprise-grade", sells, ""},
	{"blazing|blazingly|lightning-fast", sells, ""},
	{"due to the fact that", "say because", ""},
	{"easily", "say how long it takes, or leave it out", "as less more not too"},
	{"effortless|effortlessly|hassle-free|painless|painlessly", "say how long it takes, or leave it out", ""},
	{"ensure that|ensures that|ensuring that", "say who does what, or see that", ""},
	{"facilitate|facilitates", "say help", ""},
	{"for the purpose of", "say for", ""},
	{"game changer|game-changer|game-changing|revolutionary", sells, ""},
	{"going forward|moving forward", "say from now on, or leave it out", ""},
	{"in order to", "say to", ""},
	{"in the event of|in the event that", "say if", ""},
	{"it goes without saying|needless to say", leaveOut, ""},
	{"it is important to|it is crucial to|it is essential to|it is vital to", "say what happens otherwise", ""},
	{"it is recommended|we recommend", "say who recommends it, and why", ""},
	{"it is worth noting|it should be noted|note that|please note|keep in mind that", "leave it out, and say the thing itself", "take taken takes took"},
	{"it's just a|just need to|just needs to|just have to", "leave just out", ""},
	{"leverage|leverages|leveraged|leveraging", "say use", ""},
	{"obvious|obviously", "leave it out; what is obvious need not be said", "from less not the"},
	{"of course", leaveOut, ""},
	{"please", leaveOut, "to"},
	{"powerful", sells, "less more most"},
	{"prior to", "say before", ""},
	{"really easy|really important|really need to|really simple|really useful|really want to", "leave really out", ""},
	{"robust|robustly|rock-solid|bulletproof", sells, ""},
	{"seamless|seamlessly|frictionless", sells, ""},
	{"simply", "leave it out; what is simple depends on who does it", "cannot not"},
	{"utilise|utilises|utilised|utilising|utilize|utilizes|utilized|utilizing", "say use", ""},
	{"very easy|very important|very simple|very useful|very powerful", "leave very out, or give a number", ""},
	{"with regard to|with respect to|in terms of", "say of, about or for", ""},
}

// A spelling is how all pages write a name or a word.
type spelling struct {
	right string
	wrong string // other spellings, parted by a bar; the same letters in other capitals are wrong without being named
}

// spellings are sorted by what is right, without regard to capitals. What the glossary has need not stand here.
var spellings = []spelling{
	{"Amazon Linux", ""},
	{"API", ""},
	{"APIs", ""},
	{"ARM64", ""},
	{"Auto Scaling", "autoscaling|auto-scaling"},
	{"AWS", ""},
	{"behaviour", "behavior"},
	{"centre", "center"},
	{"CloudFormation", "cloud formation"},
	{"CloudTrail", "cloud trail"},
	{"CloudWatch", "cloud watch"},
	{"colour", "color"},
	{"CPU", ""},
	{"CPUs", ""},
	{"DynamoDB", ""},
	{"EC2", ""},
	{"EFS", ""},
	{"EKS", ""},
	{"Elasticsearch", ""},
	{"ext4", ""},
	{"file system", "filesystem|file-system"},
	{"FSx", ""},
	{"GitHub", ""},
	{"gp2", "gp 2"},
	{"gp3", "gp 3"},
	{"GPU", ""},
	{"HTTP", ""},
	{"HTTPS", ""},
	{"HVM", ""},
	{"I/O", "IO"},
	{"IAM", ""},
	{"ID", ""},
	{"IDs", ""},
	{"IMDSv2", "imds v2"},
	{"initialize", "initialise"},
	{"Intel", ""},
	{"internet", ""},
	{"IOPS", "io/s|iop/s"},
	{"IPv4", ""},
	{"IPv6", ""},
	{"JSON", ""},
	{"KiB", ""},
	{"KMS", ""},
	{"Kubernetes", ""},
	{"launch template", ""},
	{"Linux", ""},
	{"LVM", ""},
	{"MariaDB", ""},
	{"MB/s", "mb/sec"},
	{"metadata", "meta-data|meta data"},
	{"MiB", ""},
	{"MiB/s", "mibps|mib/sec"},
	{"MongoDB", ""},
	{"MySQL", ""},
	{"NFS", ""},
	{"Nitro", ""},
	{"NVMe", ""},
	{"on-premises", "on-premise|on-prem"},
	{"OpenSearch", ""},
	{"optimize", "optimise"},
	{"organize", "organise"},
	{"percent", "%|per cent"},
	{"PostgreSQL", ""},
	{"RAID", ""},
	{"RDS", ""},
	{"recognize", "recognise"},
	{"Redis", ""},
	{"security group", ""},
	{"SELinux", ""},
	{"SSD", ""},
	{"SSH", ""},
	{"systemd", ""},
	{"Terraform", ""},
	{"TiB", ""},
	{"Ubuntu", ""},
	{"URL", ""},
	{"USD", ""},
	{"user data", "userdata|user-data"},
	{"UUID", ""},
	{"UUIDs", ""},
	{"vCPU", ""},
	{"vCPUs", ""},
	{"VPC", ""},
	{"Xen", ""},
	{"XFS", ""},
	{"YAML", ""},
}

// properNames keep their capital in titles and headings. What the page itself writes with one in the middle of a sentence need not stand here.
var properNames = []string{
	"April", "August", "Auto", "Availability", "December", "Elastic", "February", "Friday", "Graviton", "January", "July", "June", "Lambda", "Linux",
	"Local", "Manager", "March", "May", "Monday", "Nitro", "November", "October", "Outposts", "Saturday", "Scaling", "September", "Spot", "Sunday",
	"Systems", "Terraform", "Thursday", "Tuesday", "Ubuntu", "Wednesday", "Windows", "Xen", "Zone", "Zones",
}

// notVerbs are words with which no title that says what to do begins.
var notVerbs = []string{"a", "an", "are", "best", "can", "how", "is", "should", "the", "what", "when", "where", "which", "who", "why", "your"}

// statesNotAsks are words which, behind the first of a title, make it a statement.
var statesNotAsks = []string{"are", "can", "has", "have", "is", "must", "should", "was", "were", "will"}

// bareTexts are texts of links that say nothing of where they lead.
var bareTexts = []string{"", "click here", "doc", "docs", "documentation", "here", "link", "more", "page", "read more", "see here", "source", "this", "this article", "this link", "this page"}

// trackers begin the names of parameters in addresses that follow a reader or belong to one session. A name behind them is the whole name, where they end in =.
var trackers = []string{"awsaccountid=", "fbclid=", "gclid=", "icmpid=", "jsessionid=", "ref_=", "sc_", "secd_", "sessionid=", "trk", "utm_", "x-amz-"}

// searches are addresses, from the host on, at which a search answers.
var searches = []string{"aws.amazon.com/search", "docs.aws.amazon.com/search", "duckduckgo.com/?", "github.com/search", "google.com/search", "repost.aws/search", "stackoverflow.com/search", "www.bing.com/search", "www.google.com/search"}

// everybodyKnows are abbreviations and names that need no glossary.
var everybodyKnows = []string{
	"API", "AWS", "CEO", "CFO", "CTO", "DevOps", "EC2", "EU", "EUR", "GB", "GDPR", "ID", "IDs", "IT", "KB", "MB", "OK", "PC", "PDF", "TB", "TV", "UK", "US", "USD", "WordPress", "YouTube", "iPhone", "kWh",
}

// shouted are words that need no capitals to be heard.
var shouted = []string{"ALL", "AND", "ANY", "BUT", "MUST", "NEVER", "NO", "NOT", "ONLY", "OR"}

// Units behind which a number is one of AWS's. Sizes and times are mostly those of the page's own story.
var (
	rateUnits  = []string{"%", "Gbps", "GiB/s", "IOPS", "MB/s", "MiB/s", "percent"}
	moneyUnits = []string{"$", "EUR", "GBP", "USD", "cent", "cents", "dollar", "dollars", "euro", "euros", "£", "€"}
)

// units are what a message has to say beside a number, by the end of the expression that gives it. Keep sorted.
var units = []struct{ field, unit, or string }{
	{".Iops}", "IOPS", "a second"},
	{".Size}", "GiB", "GiB"},
	{".Throughput}", "MiB/s", "MiB/s"},
	{".VolumeSize}", "GiB", "GiB"},
	{"Iops()}", "IOPS", "a second"},
	{"Throughput()}", "MiB/s", "MiB/s"},
}

// ownAccounts publish what everybody uses: images, and add-ons for EKS. By number, with whose it is, from what aws ec2 describe-images says of its owner's
// images and from the owners' own pages (documentation.ubuntu.com/aws, wiki.debian.org/Cloud/AmazonEC2Image). Keep sorted.
var ownAccounts = map[string]string{
	"099720109477": "Canonical: Ubuntu",
	"136693071363": "Debian",
	"137112412989": "Amazon: Amazon Linux",
	"309956199498": "Red Hat",
	"591542846629": "Amazon: images for ECS",
	"602401143452": "Amazon: add-ons for EKS",
	"801119661308": "Amazon: Windows",
}

// exampleIDs are those of the AWS CLI's reference that do not look made up, from its examples for run-instances, describe-volumes and release-address. Keep sorted.
var exampleIDs = []string{"eipalloc-64d5890a", "i-5203422c", "r-5875ca20", "sg-903004f8", "subnet-6e7f829e", "vol-049df61146c4d7901", "vol-21083656"}

// shortPrefixes begin the IDs that AWS gave out with eight digits until 2016 to 2018, and which live on. Keep sorted.
var shortPrefixes = []string{
	"acl", "aki", "ami", "ari", "cgw", "dopt", "eipalloc", "eipassoc", "eni", "fl", "i", "igw", "nat", "pcx", "pl", "r", "rtb", "rtbassoc", "sg", "snap", "subnet", "vgw", "vol", "vpc", "vpce", "vpn",
}

// nobodysNetworks are those of documentation, private use, multicast and one machine's own (IANA's registries of special-purpose addresses), and the resolvers that
// everybody knows. Keep IPv4 in front, both sorted.
var nobodysNetworks = []string{
	"0.0.0.0/8", "1.0.0.1/32", "1.1.1.1/32", "8.8.4.4/32", "8.8.8.8/32", "9.9.9.9/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"::/127", "64:ff9b::/96", "2001:4860:4860::8844/128", "2001:4860:4860::8888/128", "2001:db8::/32", "2606:4700:4700::1001/128", "2606:4700:4700::1111/128", "3fff::/20", "fc00::/7", "fe80::/10",
	"ff00::/8",
}

// unitTypes end the names of systemd's units, which have the form of a mail address: getty@tty1.service. Keep sorted.
var unitTypes = []string{"automount", "device", "mount", "path", "scope", "service", "slice", "socket", "swap", "target", "timer"}

// domains are the ends by which a name on the internet is told from a file's or a field's. Keep sorted.
var domains = []string{"au", "biz", "br", "ca", "ch", "cloud", "cn", "com", "de", "dev", "dk", "edu", "eu", "fi", "fr", "gov", "ie", "io", "jp", "net", "nl", "org", "se", "uk"}

// knownHosts, and those below them, belong to AWS or to those who make what runs on its machines. Keep sorted.
var knownHosts = []string{
	"amazon.com", "amazonaws.com", "aws.com", "aws.dev", "centos.org", "debian.org", "docker.com", "docker.io", "eksctl.io", "fedoraproject.org", "freedesktop.org", "github.com", "github.io",
	"githubusercontent.com", "gnu.org", "hashicorp.com", "k8s.io", "kernel.org", "kubernetes.io", "letsencrypt.org", "mariadb.org", "mysql.com", "nginx.org", "ntp.org", "postgresql.org", "pypi.org",
	"python.org", "redhat.com", "suse.com", "terraform.io", "ubuntu.com", "w3.org",
}

// places are those of AWS's regions, by which a price is known to hold somewhere. Keep sorted.
var places = []string{
	"Bahrain", "Beijing", "Calgary", "California", "Canada", "Cape Town", "Chile", "EU East", "EU West", "Frankfurt", "Germany", "GovCloud", "Hong Kong", "Hyderabad", "Ireland", "Jakarta", "London",
	"Malaysia", "Melbourne", "Mexico", "Milan", "Mumbai", "New Zealand", "Ningxia", "Ohio", "Oregon", "Osaka", "Paris", "Sao Paulo", "Saudi Arabia", "Seoul", "Singapore", "Spain", "Stockholm",
	"Sydney", "São Paulo", "Taipei", "Tel Aviv", "Thailand", "Tokyo", "UAE", "US East", "US West", "Virginia", "Zurich",
}

// conversions are numbers that turn one unit into another. Keep sorted.
var conversions = []float64{1000, 1024, 1440, 3600, 86400, 1000000, 1048576, 1000000000, 1073741824}
