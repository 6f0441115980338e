module github.com/patlint/patlint

go 1.26.0

// What the program needs.
require (
	cel.dev/cel-go v0.33.2 // the rule language: typed, bounded, with unknown values
	github.com/alecthomas/chroma/v2 v2.27.0 // colours code on the site
	github.com/aws/aws-sdk-go-v2 v1.47.7 // configuration, retries and credentials of AWS clients
	github.com/aws/aws-sdk-go-v2/config v1.33.15 // AWS's ordinary credential sources
	github.com/aws/aws-sdk-go-v2/credentials v1.20.15 // tells an instance role and SSO apart in errors
	github.com/aws/aws-sdk-go-v2/service/cloudwatch v1.75.5 // reads metrics, where a user asks for them
	github.com/aws/aws-sdk-go-v2/service/ec2 v1.344.1 // the EC2 client, and the structs that rules are typed by
	github.com/aws/aws-sdk-go-v2/service/organizations v1.62.6 // lists the accounts of an organization
	github.com/aws/aws-sdk-go-v2/service/sts v1.51.8 // learns the account's ID, assumes roles
	github.com/aws/smithy-go v1.28.8 // the SDK's errors and middleware
	github.com/fsnotify/fsnotify v1.10.1 // tells site serve when a file was saved
	github.com/spf13/cobra v1.10.2 // commands, flags, completion
	github.com/yuin/goldmark v1.8.7 // reads Markdown, for the catalog and the site
	go.yaml.in/yaml/v4 v4.0.0 // YAML with positions; maintained by the YAML organisation
	golang.org/x/image v0.47.0 // draws the pictures of pages, and has the Go fonts for it
	golang.org/x/sync v0.24.0 // errgroup: regions side by side, with a bound
	golang.org/x/sys v0.49.0 // files without a name, so that no half report is ever left
	golang.org/x/term v0.47.0 // is it a terminal, and how wide
	mvdan.cc/sh/v3 v3.14.1 // parses the shell scripts of user data and of fixes
)

// What its tests need besides.
require (
	github.com/chromedp/cdproto v0.159.0 // the events of chromedp
	github.com/chromedp/chromedp v0.23.0 // opens HTML reports in Chromium
	github.com/google/go-cmp v0.7.0 // readable differences
	github.com/rogpeppe/go-internal v1.16.0 // testscript: the command as its users run it
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // holds the JSON report against its schema
	golang.org/x/net v0.62.0 // parses the site's HTML
)

require (
	cel.dev/expr v0.25.1 // indirect
	github.com/antlr4-go/antlr/v4 v4.13.1 // indirect
	github.com/aws/aws-sdk-go-v2/feature/ec2/imds v1.20.7 // indirect
	github.com/aws/aws-sdk-go-v2/internal/configsources v1.5.10 // indirect
	github.com/aws/aws-sdk-go-v2/internal/endpoints/v2 v2.8.10 // indirect
	github.com/aws/aws-sdk-go-v2/internal/v4a v1.5.10 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/accept-encoding v1.13.24 // indirect
	github.com/aws/aws-sdk-go-v2/service/internal/presigned-url v1.14.10 // indirect
	github.com/aws/aws-sdk-go-v2/service/signin v1.12.3 // indirect
	github.com/aws/aws-sdk-go-v2/service/sso v1.39.3 // indirect
	github.com/aws/aws-sdk-go-v2/service/ssooidc v1.44.3 // indirect
	github.com/dlclark/regexp2/v2 v2.12.0 // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/spf13/pflag v1.0.9 // indirect
	go.yaml.in/yaml/v3 v3.0.4 // indirect
	golang.org/x/exp v0.0.0-20240823005443-9b4947da3948 // indirect
	golang.org/x/text v0.43.0 // indirect
	golang.org/x/tools v0.51.0 // indirect
	google.golang.org/genproto/googleapis/api v0.0.0-20240826202546-f6391c0de4c7 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20240826202546-f6391c0de4c7 // indirect
	google.golang.org/protobuf v1.36.10 // indirect
)
