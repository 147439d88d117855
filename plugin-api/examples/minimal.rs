// SPDX-License-Identifier: Apache-2.0
//
// The smallest plugin in Rust, without crates: the same as minimal.c. The first half is psa/plugin.h in Rust, as far as
// it is needed here; what each part means stands there. rustc exports psa_plugin_entry alone, binds at start and lays the
// note into its section by itself, so this builds it whole:
//
//     PSA_PLUGIN_ID=com.example.minimal-rs PSA_PLUGIN_VERSION=1.0.0 \
//         rustc --edition 2021 --crate-type cdylib -O -o psa-minimal-rs.so minimal.rs
#![allow(non_camel_case_types)]

use std::ffi::c_void;
use std::mem::size_of;
use std::os::raw::c_char;
use std::panic::{catch_unwind, set_hook, AssertUnwindSafe};
use std::slice::from_raw_parts;
use std::str::from_utf8;

const PSA_ABI_MAJOR: u32 = 1;
const PSA_ABI_MINOR: u32 = 0;
const PSA_OK: u32 = 0;
const PSA_INVALID_CONFIG: u32 = 1;
const PSA_INTERNAL: u32 = 13;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct psa_str {
    data: *const u8,
    size: usize,
}

#[repr(C)]
pub struct psa_error {
    struct_size: u32,
    status: u32,
    http_status: u32,
    retry_after_ms: u32,
    user_message: psa_str,
    hint: psa_str,
    internal_detail: psa_str,
    vendor_code: psa_str,
    field: psa_str,
}

#[repr(C)]
pub struct psa_call {
    struct_size: u32,
    reserved0: u32,
    host_data: *mut c_void,
    is_cancelled: extern "C" fn(*const psa_call) -> u32,
    remaining_ms: extern "C" fn(*const psa_call) -> i64,
    log: extern "C" fn(*const psa_call, u32, psa_str),
    put_result: extern "C" fn(*const psa_call, psa_str),
    put_error: extern "C" fn(*const psa_call, *const psa_error),
}

#[repr(C)]
pub struct psa_host {
    struct_size: u32,
    abi_major: u32,
    abi_minor: u32,
    reserved0: u32,
    host_data: *mut c_void,
    log: extern "C" fn(*const psa_host, u32, psa_str),
    get_extension: extern "C" fn(*const psa_host, *const c_char) -> *const c_void,
}

#[repr(C)]
pub struct psa_plugin_api {
    struct_size: u32,
    abi_major: u32,
    abi_minor_built: u32,
    abi_minor_needed: u32,
    describe: extern "C" fn(*const psa_call) -> u32,
    create: extern "C" fn(*const psa_call, *const psa_host, *mut *mut Instance) -> u32,
    destroy: extern "C" fn(*mut Instance),
    configure: extern "C" fn(*const psa_call, *mut Instance, psa_str) -> u32,
    test: extern "C" fn(*const psa_call, *mut Instance) -> u32,
    create_ticket: extern "C" fn(*const psa_call, *mut Instance, psa_str, psa_str) -> u32,
    get_extension: extern "C" fn(*const psa_host, *const c_char) -> *const c_void,
}

// The sizes of ABI 1.0: whoever mistypes a member learns it here and not from a crash.
const _: () = assert!(size_of::<psa_error>() == 96 && size_of::<psa_call>() == 56);
const _: () = assert!(size_of::<psa_host>() == 40 && size_of::<psa_plugin_api>() == 72);

// The ELF note: what a host can know of this plugin before it runs any of its code. NUL and padding belong to the text.
const NOTE_JSON: &str = concat!(
    r#"{"id":""#, env!("PSA_PLUGIN_ID"), r#"","version":""#, env!("PSA_PLUGIN_VERSION"),
    r#"","abi":{"major":1,"built":0,"needed":0}}"#, "\0"
);
const NOTE_TEXT_SIZE: usize = (NOTE_JSON.len() + 3) / 4 * 4;

#[repr(C, align(4))]
pub struct Note {
    name_size: u32,
    text_size: u32,
    kind: u32,
    name: [u8; 4],
    text: [u8; NOTE_TEXT_SIZE],
}

const fn note_text() -> [u8; NOTE_TEXT_SIZE] {
    let mut text = [0; NOTE_TEXT_SIZE];
    let mut i = 0;
    while i < NOTE_JSON.len() {
        text[i] = NOTE_JSON.as_bytes()[i];
        i += 1;
    }
    text
}

#[used]
#[link_section = ".note.psa_plugin"]
static NOTE: Note =
    Note { name_size: 4, text_size: NOTE_JSON.len() as u32, kind: 1, name: *b"PSA\0", text: note_text() };

const DESCRIPTOR: &str = concat!(
    r#"{"descriptorVersion":1,"id":""#, env!("PSA_PLUGIN_ID"), r#"","version":""#, env!("PSA_PLUGIN_VERSION"),
    r#"","name":"Example PSA","vendor":"Example Ltd","allowedHosts":[],"configuration":{"type":"object","properties":{
    "apiKey":{"type":"string","title":"API Key","description":"Any text will do.","secret":true}},
    "required":["apiKey"]}}"#
);

/// Is this one object, from its first brace to its last? A real plugin parses it.
fn is_object(json: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (i, c) in json.bytes().enumerate() {
        if i > 0 && depth == 0 || i == 0 && c != b'{' {
            return false;
        }
        match c {
            _ if escaped => {}
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth -= 1,
            _ => {}
        }
        escaped = quoted && !escaped && c == b'\\';
    }
    !json.is_empty() && depth == 0
}

#[derive(Default)]
pub struct Instance {
    configured: bool,
    tickets: u64,
}

/// Why a call failed: status, sentence for the operator, what to do next, and the field of the form that is to blame
/// ("" = none): the operator is led there.
struct Failure {
    status: u32,
    message: String,
    hint: &'static str,
    field: &'static str,
}

fn bad_configuration(message: &str) -> Failure {
    Failure { status: PSA_INVALID_CONFIG, message: message.into(), hint: "Fill in the API Key.", field: "apiKey" }
}

fn view(text: &str) -> psa_str {
    psa_str { data: text.as_ptr(), size: text.len() }
}

/// Runs `body` and hands its end to the host. A panic stops here: nothing may unwind into the host.
fn guarded(call: *const psa_call, body: impl FnOnce() -> Result<Option<String>, Failure>) -> u32 {
    let end = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        let why = panic.downcast_ref::<&str>().copied().unwrap_or("no text");
        let message = format!("The plugin panicked: {why}.");
        Err(Failure { status: PSA_INTERNAL, message, hint: "Report it to the maker of the plugin.", field: "" })
    });
    // SAFETY: the host gives a call that is valid until this function returns.
    let call = unsafe { &*call };
    match end {
        Ok(result) => {
            if let Some(json) = result {
                (call.put_result)(call, view(&json));
            }
            PSA_OK
        }
        Err(failure) => {
            let error = psa_error {
                struct_size: size_of::<psa_error>() as u32,
                status: failure.status,
                http_status: 0,
                retry_after_ms: 0,
                user_message: view(&failure.message),
                hint: view(failure.hint),
                internal_detail: view(""),
                vendor_code: view(""),
                field: view(failure.field),
            };
            (call.put_error)(call, &error);
            failure.status
        }
    }
}

/// The instance behind the host's pointer. The host makes no two calls on one at once.
fn configured<'a>(instance: *mut Instance) -> Result<&'a mut Instance, Failure> {
    // SAFETY: the host gives back what create made, and nothing after destroy.
    let instance = unsafe { &mut *instance };
    if !instance.configured {
        return Err(bad_configuration("There is no configuration yet."));
    }
    Ok(instance)
}

extern "C" fn describe(call: *const psa_call) -> u32 {
    guarded(call, || Ok(Some(DESCRIPTOR.into())))
}

extern "C" fn create(call: *const psa_call, _host: *const psa_host, instance: *mut *mut Instance) -> u32 {
    guarded(call, || {
        // SAFETY: the host says where the new instance is to be put.
        unsafe { *instance = Box::into_raw(Box::default()) };
        Ok(None)
    })
}

extern "C" fn destroy(instance: *mut Instance) {
    let _ = catch_unwind(|| {
        if !instance.is_null() {
            // SAFETY: made by create, and given back once.
            drop(unsafe { Box::from_raw(instance) });
        }
    });
}

extern "C" fn configure(call: *const psa_call, instance: *mut Instance, config_json: psa_str) -> u32 {
    guarded(call, || {
        // SAFETY: borrowed for the call. The data of an empty text may be anything.
        let bytes = if config_json.size == 0 { &[][..] } else { unsafe { from_raw_parts(config_json.data, config_json.size) } };
        // The host has checked the fields; what else comes here must be survived.
        if !from_utf8(bytes).map_or(false, is_object) {
            return Err(bad_configuration("The configuration cannot be read."));
        }
        // SAFETY: as in configured().
        unsafe { (*instance).configured = true };
        Ok(None)
    })
}

extern "C" fn test(call: *const psa_call, instance: *mut Instance) -> u32 {
    guarded(call, || {
        configured(instance)?;
        Ok(Some(r#"{"version":1,"summary":"Connected to Example PSA"}"#.into()))
    })
}

extern "C" fn create_ticket(call: *const psa_call, instance: *mut Instance, _reference: psa_str, _ticket: psa_str) -> u32 {
    guarded(call, || {
        let instance = configured(instance)?;
        instance.tickets += 1;
        Ok(Some(format!(r#"{{"version":1,"ticket":{{"id":"{}"}}}}"#, instance.tickets)))
    })
}

/// This plugin offers no extension.
extern "C" fn get_extension(_host: *const psa_host, _id: *const c_char) -> *const c_void {
    std::ptr::null()
}

static API: psa_plugin_api = psa_plugin_api {
    struct_size: size_of::<psa_plugin_api>() as u32,
    abi_major: PSA_ABI_MAJOR,
    abi_minor_built: PSA_ABI_MINOR,
    abi_minor_needed: 0,
    describe,
    create,
    destroy,
    configure,
    test,
    create_ticket,
    get_extension,
};

/// # Safety
/// `host` is the table of the host, as psa/plugin.h has it.
#[no_mangle]
pub unsafe extern "C" fn psa_plugin_entry(host: *const psa_host) -> *const psa_plugin_api {
    // A panic is an error of its call, not a line on the host's standard error. This copy of std is ours alone.
    let _ = catch_unwind(|| set_hook(Box::new(|_| {})));
    if (*host).abi_major == PSA_ABI_MAJOR { &API } else { std::ptr::null() }
}
