//! An identity provider of the test's own: keys of three kinds, a discovery document and a key set over HTTP.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A private key and what the key set says about it.
pub(super) struct SigningKey {
    pair: Pair,
    pub jwk: Value,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl SigningKey {
    pub(super) fn rsa(kid: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let jwk = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": base64(&public.n), "e": base64(&public.e),
        });
        Self { pair: Pair::Rsa(Box::new(pair)), jwk }
    }

    pub(super) fn ec(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let jwk = json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": base64(x), "y": base64(y)});
        Self { pair: Pair::Ec(pair), jwk }
    }

    pub(super) fn ed(kid: &str) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": base64(pair.public_key().as_ref())});
        Self { pair: Pair::Ed(pair), jwk }
    }

    pub(super) fn kid(&self) -> &str {
        self.jwk["kid"].as_str().unwrap()
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Ec(_) => "ES256",
            Pair::Ed(_) => "EdDSA",
        }
    }

    /// A token as the issuer would sign it.
    pub(super) fn token(&self, claims: &Value) -> String {
        self.token_with_header(&json!({"alg": self.algorithm(), "kid": self.kid(), "typ": "JWT"}), claims)
    }

    /// A token with a header of the test's choice.
    pub(super) fn token_with_header(&self, header: &Value, claims: &Value) -> String {
        signed(header, claims, |message| self.sign(message))
    }

    /// A token whose claims are written by the test, letter by letter.
    pub(super) fn token_of_text(&self, claims: &str) -> String {
        let header = json!({"alg": self.algorithm(), "kid": self.kid()}).to_string();
        signed_text(&header, claims, |message| self.sign(message))
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
            Pair::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

/// A token with any header, claims and signature.
pub(super) fn signed(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    signed_text(&header.to_string(), &claims.to_string(), sign)
}

fn signed_text(header: &str, claims: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", base64(header.as_bytes()), base64(claims.as_bytes()));
    let signature = base64(&sign(message.as_bytes()));
    format!("{message}.{signature}")
}

pub(super) fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A running issuer.
pub(super) struct TestIssuer {
    server: MockServer,
    keys: Arc<PublishedKeys>,
}

/// What the issuer answers when asked for its keys.
#[derive(Default)]
struct PublishedKeys {
    document: Mutex<Value>,
    down: AtomicBool,
    times_asked: AtomicUsize,
}

impl Respond for PublishedKeys {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        self.times_asked.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return ResponseTemplate::new(503);
        }
        ResponseTemplate::new(200).set_body_json(&*self.document.lock().unwrap())
    }
}

struct Shared(Arc<PublishedKeys>);

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        self.0.respond(request)
    }
}

impl TestIssuer {
    pub(super) async fn start(keys: &[&SigningKey]) -> Self {
        let server = MockServer::start().await;
        let issuer = Self { keys: Arc::new(PublishedKeys::default()), server };
        issuer.publish(keys);
        let discovery = json!({"issuer": issuer.address(), "jwks_uri": format!("{}/keys", issuer.address())});
        Mock::given(path("/.well-known/openid-configuration"))
            .respond_with(ResponseTemplate::new(200).set_body_json(discovery))
            .mount(&issuer.server)
            .await;
        Mock::given(path("/keys")).respond_with(Shared(Arc::clone(&issuer.keys))).mount(&issuer.server).await;
        issuer
    }

    pub(super) fn address(&self) -> String {
        self.server.uri()
    }

    /// Answers at a path instead of what was answered there before.
    pub(super) async fn answer(&self, at: &str, response: ResponseTemplate) {
        Mock::given(path(at)).respond_with(response).with_priority(1).mount(&self.server).await;
    }

    pub(super) fn publish(&self, keys: &[&SigningKey]) {
        self.publish_raw(json!({"keys": keys.iter().map(|key| key.jwk.clone()).collect::<Vec<_>>()}));
    }

    pub(super) fn publish_raw(&self, document: Value) {
        *self.keys.document.lock().unwrap() = document;
    }

    pub(super) fn go_down(&self, down: bool) {
        self.keys.down.store(down, Ordering::SeqCst);
    }

    pub(super) fn times_asked(&self) -> usize {
        self.keys.times_asked.load(Ordering::SeqCst)
    }
}
