# make            build bin/gongkai
# make run        build, then serve the sample county; needs nothing but Go
# make test       everything CI runs; installs the Debian packages tests need
# make bench      figures, each beside its baseline of the same run
# make fuzz       every fuzz target for FUZZTIME
# make soak       the property tests on SOAK fresh draws each
# make dist       programs for every platform into dist/

GO       ?= go
ADDR     ?= 127.0.0.1:8080
FUZZTIME ?= 20s
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS   = -s -w -X main.version=$(VERSION)
BUILD     = CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)'
PURE      = ./law/... ./doc/... ./text/... ./reporting/...
PLATFORMS = linux/amd64 linux/arm64 linux/loong64 windows/amd64

# What tests use beside Go: a browser, a second database, programs to compare
# with, fonts for pdf, a C compiler for the race detector.
PACKAGES = chromium postgresql poppler-utils pandoc libreoffice-writer-nogui libreoffice-calc-nogui \
           fonts-arphic-gbsn00lp fonts-arphic-gkai00mp fonts-noto-cjk gcc libc6-dev

.PHONY: build run test packages check vet lint unit race cross bench fuzz soak dist clean

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

# The provider of single sign-on is a module of its own.
unit:
	$(GO) test -timeout 30m ./...
	cd web/signin/ssotest && $(GO) test -mod=mod ./...

# The race detector alone needs a C compiler.
race:
	@if command -v $${CC:-gcc} >/dev/null; then CGO_ENABLED=1 $(GO) test -race $(PURE); \
	elif [ -n "$$CI" ]; then echo "the race detector needs gcc"; exit 1; \
	else echo "no C compiler: tests with the race detector are left out"; fi

cross:
	@for p in $(PLATFORMS); do echo "build $$p"; \
	  CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -o /dev/null ./cmd/gongkai || exit 1; done

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

dist:
	@mkdir -p dist; for p in $(PLATFORMS); do os=$${p%/*}; arch=$${p#*/}; ext=; [ $$os = windows ] && ext=.exe; \
	  echo "dist/gongkai-$(VERSION)-$$os-$$arch$$ext"; \
	  GOOS=$$os GOARCH=$$arch $(BUILD) -o dist/gongkai-$(VERSION)-$$os-$$arch$$ext ./cmd/gongkai || exit 1; done
	@cd dist && sha256sum gongkai-$(VERSION)-* > SHA256SUMS

clean:
	rm -rf bin dist
