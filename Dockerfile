# The image of a release: the program, the certificates by which it knows AWS, and nothing else. No shell, no user but a number, no home, no folder for
# temporary files: a check with more than ten thousand findings puts them aside in /work, which is yours to mount.
#
#   docker run --rm -v "$PWD:/work" --user "$(id -u)" ghcr.io/patlint/patlint check --demo -f html=report.html
#
# A release hands in programs that are built already. By hand:
#
#   CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build -trimpath -ldflags='-s -w' -o linux/amd64/ ./cmd/patlint
#   docker build --platform linux/amd64 .
FROM alpine:3.23@sha256:5b10f432ef3da1b8d4c7eb6c487f2f5a8f096bc91145e68878dd4a5019afde11 AS certificates

FROM scratch
ARG TARGETPLATFORM
COPY --from=certificates /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY $TARGETPLATFORM/patlint /patlint
USER 65532:65532
WORKDIR /work
ENV TMPDIR=/work
ENTRYPOINT ["/patlint"]
