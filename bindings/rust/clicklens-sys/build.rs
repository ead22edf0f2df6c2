//! Finds the C library: in `CLICKLENS_LIB_DIR`, else by pkg-config. The feature `static` takes the archive.
use std::env;
use std::path::{Path, PathBuf};

const LIB_DIR: &str = "CLICKLENS_LIB_DIR";
/// What the archive needs beside itself (Libs.private of clicklens.pc).
const STATIC_NEEDS: [&str; 3] = ["stdc++", "m", "pthread"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={LIB_DIR}");
    let header = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("include");
    println!("cargo::metadata=include={}", header.display());
    if env::var_os("DOCS_RS").is_some() {
        return;
    }
    let folders = match env::var_os(LIB_DIR) {
        Some(folder) => vec![PathBuf::from(folder)],
        None => by_pkg_config(),
    };
    for folder in &folders {
        println!("cargo::rustc-link-search=native={}", folder.display());
    }
    if env::var_os("CARGO_FEATURE_STATIC").is_some() {
        println!("cargo::rustc-link-lib=static=clicklens");
        for library in STATIC_NEEDS {
            println!("cargo::rustc-link-lib=dylib={library}");
        }
    } else {
        println!("cargo::rustc-link-lib=dylib=clicklens");
    }
    for folder in folders.iter().filter(|folder| holds_library(folder)) {
        println!("cargo::metadata=libdir={}", folder.display());
    }
}

/// The folders that clicklens.pc names; none where it is one that linkers search anyway.
fn by_pkg_config() -> Vec<PathBuf> {
    let version = concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    let found = pkg_config::Config::new()
        .cargo_metadata(false)
        .env_metadata(true)
        .atleast_version(version)
        .probe("clicklens");
    match found {
        Ok(library) => library.link_paths,
        Err(error) => {
            eprintln!(
                "libclicklens was not found. Install it (cmake --install BUILD --prefix PREFIX) and set PKG_CONFIG_PATH \
                 to the folder of its clicklens.pc, or {LIB_DIR} to the folder of libclicklens.so.\n\n{error}"
            );
            std::process::exit(1);
        }
    }
}

fn holds_library(folder: &Path) -> bool {
    folder.join("libclicklens.so").exists() || folder.join("libclicklens.a").exists()
}
