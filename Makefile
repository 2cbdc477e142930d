# make            build bin/gongkai
# make run        build, then serve the sample county; needs nothing but Go
# make test       everything CI runs; installs the Debian packages tests need
# make bench      figures, each beside its baseline of the same run
# make fuzz       every fuzz target for FUZZTIME
# make soak       the property tests on SOAK fresh draws each
# make dist       programs, deb, rpm, Windows zip, images, licences, SBOM into dist/
# make pictures   the pictures of the manual, made by the browser

GO       ?= go
ADDR     ?= 127.0.0.1:8080
FUZZTIME ?= 20s
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS   = -s -w -X main.version=$(VERSION)
TRIM      = -trimpath
BUILD     = CGO_ENABLED=0 $(GO) build $(TRIM) -buildvcs=false -ldflags '$(LDFLAGS)'
EPOCH    ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
PURE      = ./law/... ./doc/... ./text/... ./reporting/...
PLATFORMS = linux/amd64 linux/arm64 linux/loong64 windows/amd64

# What tests use beside Go: a browser, a second database, programs to compare
# with, fonts for pdf, a C compiler for the race detector, other processors,
# rpm to look into packages.
PACKAGES = chromium postgresql poppler-utils pandoc libreoffice-writer-nogui libreoffice-calc-nogui \
           fonts-arphic-gbsn00lp fonts-arphic-gkai00mp fonts-noto-cjk gcc libc6-dev qemu-user-static rpm

.PHONY: build run test packages check vet lint unit race cross programs program bench fuzz soak dist pictures clean

build:
	$(BUILD) -o bin/gongkai ./cmd/gongkai

run: build
	./bin/gongkai serve --addr $(ADDR) --data data --sample --checking

test: packages
	$(MAKE) check

check: vet lint unit race cross

packages:
	@missing=""; for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q '^install ok' || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "installing$$missing"; \
	  DEBIAN_FRONTEND=noninteractive apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "these Debian packages are missing, tests that need them are skipped (CI=true makes them fail):$$missing"; fi

vet:
	@out="$$(gofmt -l $$(git ls-files '*.go'))"; if [ -n "$$out" ]; then echo "gofmt:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...

lint:
	$(GO) run honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK) -checks 'SA*,S1*,U1000' ./...

STATICCHECK = v0.8.2

# Property tests draw the same cases in every run, so that a change is judged
# by what it did. make soak looks for new ones.
export RAPID_SEED ?= 20190515
SOAK ?= 2000

soak:
	RAPID_SEED=0 RAPID_CHECKS=$(SOAK) $(GO) test -count=1 -timeout 0 $$(git grep -l pgregory.net/rapid -- '*_test.go' | xargs -n1 dirname | sort -u | grep -v store | sed 's|^|./|')

# The provider of single sign-on is a module of its own. Databases of tests live
# in memory where there is room: what they wait for otherwise is the disk.
MEMORY = $(shell test -w /dev/shm && test "$$(df --output=avail -k /dev/shm | tail -1)" -gt 8000000 && cp /bin/true /dev/shm/gongkai-try && /dev/shm/gongkai-try && rm /dev/shm/gongkai-try && echo TMPDIR=/dev/shm GOTMPDIR=/dev/shm)

unit:
	$(MEMORY) $(GO) test -timeout 30m ./...
	cd web/signin/ssotest && $(GO) test -mod=mod ./...

# The race detector alone needs a C compiler.
race:
	@if command -v $${CC:-gcc} >/dev/null; then CGO_ENABLED=1 $(GO) test -race $(PURE); \
	elif [ -n "$$CI" ]; then echo "the race detector needs gcc"; exit 1; \
	else echo "no C compiler: tests with the race detector are left out"; fi

# Every platform is built, those of other processors are started under qemu,
# and a second build in another folder gives the same bytes. What runs here is
# built from the same objects as the tests, which have whole paths.
cross:
	@$(MAKE) --no-print-directory programs INTO=$(CURDIR)/bin/cross PLATFORMS='linux/arm64 linux/loong64 windows/amd64'
	@$(MAKE) --no-print-directory programs INTO=$(CURDIR)/bin/cross PLATFORMS=linux/amd64 TRIM=
	@GONGKAI_CROSS=$(CURDIR)/bin/cross GONGKAI_VERSION=$(VERSION) $(GO) test -count=1 -timeout 20m -run '^TestBuilt' ./internal/dist; \
	  s=$$?; rm -rf bin/cross; exit $$s

programs:
	@for p in $(PLATFORMS); do os=$${p%/*}; arch=$${p#*/}; ext=; [ $$os = windows ] && ext=.exe; echo "build $$p"; \
	  GOOS=$$os GOARCH=$$arch $(MAKE) --no-print-directory program OUT=$(INTO)/$$os-$$arch/gongkai$$ext || exit 1; done

program:
	@$(BUILD) -o $(OUT) ./cmd/gongkai

# Reading, checking and writing as a table beside pandoc and pdftotext; then
# the benchmarks of the packages, among them the nation of 45,000 organs.
bench: packages
	GONGKAI_BENCH=1 $(GO) test -count=1 -run '^(TestFigures|TestStart)$$' -v ./internal/bench | grep '^|'
	$(GO) test -run '^$$' -bench . -benchmem ./...

# One target at a time, as go test -fuzz wants it.
fuzz:
	@for f in $$(git grep -l '^func Fuzz' -- '*_test.go'); do \
	  for t in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$f); do \
	    echo "$$f $$t"; $(GO) test -run '^$$' -fuzz "^$$t\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$f) || exit 1; done; done

# The same commit and the same Go give the same bytes.
dist:
	@rm -rf dist/build && $(MAKE) --no-print-directory programs INTO=$(CURDIR)/dist/build
	@$(GO) run ./internal/dist -version $(VERSION) -epoch $(EPOCH) -in dist/build -out dist && rm -rf dist/build

# Looked at before they are committed; the pages of docs/manual show them.
pictures:
	GONGKAI_PICTURES=$(CURDIR)/docs/manual/pictures $(GO) test -count=1 -timeout 20m -run '^TestPictures$$' -v ./cmd/gongkai

clean:
	rm -rf bin dist
