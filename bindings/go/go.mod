module github.com/clicklens/clicklens/bindings/go

go 1.24
