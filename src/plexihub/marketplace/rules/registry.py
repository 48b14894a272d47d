"""Every rule, listed by hand: what is not here judges nothing."""

from __future__ import annotations

from plexihub.marketplace.rules.engine import ENGINE
from plexihub.marketplace.rules.package import about as package_about
from plexihub.marketplace.rules.package import approval as package_approval
from plexihub.marketplace.rules.package import compatibility as package_compatibility
from plexihub.marketplace.rules.package import entrypoint as package_entrypoint
from plexihub.marketplace.rules.package import hook as package_hook
from plexihub.marketplace.rules.package import hook_missing as package_hook_missing
from plexihub.marketplace.rules.package import host_unasked as package_host_unasked
from plexihub.marketplace.rules.package import licence_incompatible as package_licence_incompatible
from plexihub.marketplace.rules.package import licence_missing as package_licence_missing
from plexihub.marketplace.rules.package import licence_unknown as package_licence_unknown
from plexihub.marketplace.rules.package import manifest_invalid as package_manifest_invalid
from plexihub.marketplace.rules.package import manifest_missing as package_manifest_missing
from plexihub.marketplace.rules.package import network_wide as package_network_wide
from plexihub.marketplace.rules.package import plain_http as package_plain_http
from plexihub.marketplace.rules.package import readme as package_readme
from plexihub.marketplace.rules.package import readme_example as package_readme_example
from plexihub.marketplace.rules.package import readme_setup as package_readme_setup
from plexihub.marketplace.rules.package import refused as package_refused
from plexihub.marketplace.rules.package import size as package_size
from plexihub.marketplace.rules.package import test_missing as package_test_missing
from plexihub.marketplace.rules.package import unasked as package_unasked
from plexihub.marketplace.rules.package import unused as package_unused
from plexihub.marketplace.rules.python import bomb as python_bomb
from plexihub.marketplace.rules.python import busy_loop as python_busy_loop
from plexihub.marketplace.rules.python import charcode as python_charcode
from plexihub.marketplace.rules.python import code_object as python_code_object
from plexihub.marketplace.rules.python import debug as python_debug
from plexihub.marketplace.rules.python import decoded_exec as python_decoded_exec
from plexihub.marketplace.rules.python import destructive as python_destructive
from plexihub.marketplace.rules.python import dynamic_import as python_dynamic_import
from plexihub.marketplace.rules.python import dynamic_name as python_dynamic_name
from plexihub.marketplace.rules.python import environment as python_environment
from plexihub.marketplace.rules.python import exec as python_exec
from plexihub.marketplace.rules.python import frame_walk as python_frame_walk
from plexihub.marketplace.rules.python import heap_walk as python_heap_walk
from plexihub.marketplace.rules.python import hub_inside as python_hub_inside
from plexihub.marketplace.rules.python import import_hook as python_import_hook
from plexihub.marketplace.rules.python import module_missing as python_module_missing
from plexihub.marketplace.rules.python import native as python_native
from plexihub.marketplace.rules.python import network as python_network
from plexihub.marketplace.rules.python import object_walk as python_object_walk
from plexihub.marketplace.rules.python import open_path as python_open_path
from plexihub.marketplace.rules.python import process as python_process
from plexihub.marketplace.rules.python import tamper as python_tamper
from plexihub.marketplace.rules.python import thread as python_thread
from plexihub.marketplace.rules.python import unpickle as python_unpickle
from plexihub.marketplace.rules.python import weakness as python_weakness
from plexihub.marketplace.rules.rule import Rule
from plexihub.marketplace.rules.script import broken as script_broken
from plexihub.marketplace.rules.script import busy_loop as script_busy_loop
from plexihub.marketplace.rules.script import charcode as script_charcode
from plexihub.marketplace.rules.script import cookie as script_cookie
from plexihub.marketplace.rules.script import decoded_code as script_decoded_code
from plexihub.marketplace.rules.script import deno as script_deno
from plexihub.marketplace.rules.script import dom as script_dom
from plexihub.marketplace.rules.script import dynamic_global as script_dynamic_global
from plexihub.marketplace.rules.script import dynamic_import as script_dynamic_import
from plexihub.marketplace.rules.script import escaped_name as script_escaped_name
from plexihub.marketplace.rules.script import eval as script_eval
from plexihub.marketplace.rules.script import function_constructor as script_function_constructor
from plexihub.marketplace.rules.script import global_tamper as script_global_tamper
from plexihub.marketplace.rules.script import hex_name as script_hex_name
from plexihub.marketplace.rules.script import html as script_html
from plexihub.marketplace.rules.script import module_missing as script_module_missing
from plexihub.marketplace.rules.script import network as script_network
from plexihub.marketplace.rules.script import node_module as script_node_module
from plexihub.marketplace.rules.script import packed_text as script_packed_text
from plexihub.marketplace.rules.script import process as script_process
from plexihub.marketplace.rules.script import prototype as script_prototype
from plexihub.marketplace.rules.script import remote_import as script_remote_import
from plexihub.marketplace.rules.script import shared_memory as script_shared_memory
from plexihub.marketplace.rules.script import stack_walk as script_stack_walk
from plexihub.marketplace.rules.script import string_timer as script_string_timer
from plexihub.marketplace.rules.script import wasm as script_wasm
from plexihub.marketplace.rules.script import with_statement as script_with_statement
from plexihub.marketplace.rules.script import worker as script_worker
from plexihub.marketplace.rules.text import bytecode as text_bytecode
from plexihub.marketplace.rules.text import encoding as text_encoding
from plexihub.marketplace.rules.text import escaped_text as text_escaped_text
from plexihub.marketplace.rules.text import install_script as text_install_script
from plexihub.marketplace.rules.text import invisible as text_invisible
from plexihub.marketplace.rules.text import leftover as text_leftover
from plexihub.marketplace.rules.text import long_line as text_long_line
from plexihub.marketplace.rules.text import lying_name as text_lying_name
from plexihub.marketplace.rules.text import minified as text_minified
from plexihub.marketplace.rules.text import mixed_script as text_mixed_script
from plexihub.marketplace.rules.text import native as text_native
from plexihub.marketplace.rules.text import nested_archive as text_nested_archive
from plexihub.marketplace.rules.text import packed_blob as text_packed_blob
from plexihub.marketplace.rules.text import password as text_password
from plexihub.marketplace.rules.text import private_key as text_private_key
from plexihub.marketplace.rules.text import secret_file as text_secret_file
from plexihub.marketplace.rules.text import sensitive_path as text_sensitive_path
from plexihub.marketplace.rules.text import token as text_token
from plexihub.marketplace.rules.text import trojan_source as text_trojan_source
from plexihub.marketplace.rules.text import wasm as text_wasm

RULES: tuple[Rule, ...] = (
    package_about.RULE,
    package_approval.RULE,
    package_compatibility.RULE,
    package_entrypoint.RULE,
    package_hook.RULE,
    package_hook_missing.RULE,
    package_host_unasked.RULE,
    package_licence_incompatible.RULE,
    package_licence_missing.RULE,
    package_licence_unknown.RULE,
    package_manifest_invalid.RULE,
    package_manifest_missing.RULE,
    package_network_wide.RULE,
    package_plain_http.RULE,
    package_readme.RULE,
    package_readme_example.RULE,
    package_readme_setup.RULE,
    package_refused.RULE,
    package_size.RULE,
    package_test_missing.RULE,
    package_unasked.RULE,
    package_unused.RULE,
    text_bytecode.RULE,
    text_encoding.RULE,
    text_escaped_text.RULE,
    text_install_script.RULE,
    text_invisible.RULE,
    text_leftover.RULE,
    text_long_line.RULE,
    text_lying_name.RULE,
    text_minified.RULE,
    text_mixed_script.RULE,
    text_native.RULE,
    text_nested_archive.RULE,
    text_packed_blob.RULE,
    text_password.RULE,
    text_private_key.RULE,
    text_secret_file.RULE,
    text_sensitive_path.RULE,
    text_token.RULE,
    text_trojan_source.RULE,
    text_wasm.RULE,
    python_bomb.RULE,
    python_busy_loop.RULE,
    python_charcode.RULE,
    python_code_object.RULE,
    python_debug.RULE,
    python_decoded_exec.RULE,
    python_destructive.RULE,
    python_dynamic_import.RULE,
    python_dynamic_name.RULE,
    python_environment.RULE,
    python_exec.RULE,
    python_frame_walk.RULE,
    python_heap_walk.RULE,
    python_hub_inside.RULE,
    python_import_hook.RULE,
    python_module_missing.RULE,
    python_native.RULE,
    python_network.RULE,
    python_object_walk.RULE,
    python_open_path.RULE,
    python_process.RULE,
    python_tamper.RULE,
    python_thread.RULE,
    python_unpickle.RULE,
    python_weakness.RULE,
    script_broken.RULE,
    script_busy_loop.RULE,
    script_charcode.RULE,
    script_cookie.RULE,
    script_decoded_code.RULE,
    script_deno.RULE,
    script_dom.RULE,
    script_dynamic_global.RULE,
    script_dynamic_import.RULE,
    script_escaped_name.RULE,
    script_eval.RULE,
    script_function_constructor.RULE,
    script_global_tamper.RULE,
    script_hex_name.RULE,
    script_html.RULE,
    script_module_missing.RULE,
    script_network.RULE,
    script_node_module.RULE,
    script_packed_text.RULE,
    script_process.RULE,
    script_prototype.RULE,
    script_remote_import.RULE,
    script_shared_memory.RULE,
    script_stack_walk.RULE,
    script_string_timer.RULE,
    script_wasm.RULE,
    script_with_statement.RULE,
    script_worker.RULE,
)
#: By their names, with what the reading itself finds.
BY_ID = {rule.id: rule for rule in (*RULES, *ENGINE.values())}
