//! The register on a `PostgreSQL` server, for several processes at a time. A commit is durable on the synchronous
//! standby too when it returns, if the server has one.

use super::{Row, Value};
use crate::error::CentralError;
use deadpool_postgres::{
    ClientWrapper, GenericClient, Manager, ManagerConfig, Object, Pool, RecyclingMethod,
};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::error::Error;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{Config, IsolationLevel, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The tables as the second version has them, and the steps that lead on from there, as those of `SQLite`.
const SCHEMA: [&str; 8] = [
    include_str!("postgres.sql"),
    include_str!("postgres-3.sql"),
    include_str!("postgres-4.sql"),
    include_str!("postgres-5.sql"),
    include_str!("postgres-6.sql"),
    include_str!("postgres-7.sql"),
    include_str!("postgres-8.sql"),
    include_str!("postgres-9.sql"),
];
/// What the setting `schema` says after the first of them.
const FIRST: usize = 2;
/// Held while tables are looked for and made.
const MAKING: i64 = 0x5452_414d;
/// Connections of one process.
const CONNECTIONS: usize = 16;
/// A server that says nothing for so long is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// The server.
pub struct Postgres {
    pool: Pool,
    /// Where connections live: whoever calls is a thread that may block.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Drop for Postgres {
    /// Not every thread that drops a register may wait for the runtime's end.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A part in serving, held by a session of its own: the server frees it when the session ends, however that comes.
pub struct Claim(ClientWrapper);

impl Claim {
    /// Whether the session is still there, as far as is known here.
    pub(super) fn is_held(&self) -> bool {
        !self.0.is_closed()
    }
}

/// A transaction under way.
#[derive(Clone, Copy)]
pub struct Running<'a> {
    transaction: &'a deadpool_postgres::Transaction<'a>,
    postgres: &'a Postgres,
}

impl Postgres {
    pub(super) fn connect(address: &str, authority: Option<&Path>) -> Result<Self, CentralError> {
        let runtime =
            Builder::new_multi_thread().worker_threads(1).enable_all().thread_name("postgres").build()?;
        let mut config: Config = address.parse()?;
        config.connect_timeout(PATIENCE).application_name("tram-central");
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match authority {
            Some(authority) => {
                config.ssl_mode(SslMode::Require);
                Manager::from_config(config, MakeRustlsConnect::new(tls(authority)?), recycling)
            }
            None => Manager::from_config(config, NoTls, recycling),
        };
        let pool = Pool::builder(manager).max_size(CONNECTIONS).build()?;
        let postgres = Self { pool, handle: runtime.handle().clone(), runtime: Some(runtime) };
        postgres.make()?;
        Ok(postgres)
    }

    /// Makes the tables where there are none. Processes that start together wait for each other here.
    fn make(&self) -> Result<(), CentralError> {
        self.transact(|running| {
            running.execute("SELECT pg_advisory_xact_lock(?1)", &[Value::Integer(MAKING)])?;
            let known = "SELECT 1::bigint FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'setting'";
            let held = if running.query(known, &[])?.is_empty() {
                FIRST - 1
            } else {
                let version = running.query("SELECT value FROM setting WHERE name = 'schema'", &[])?;
                let version = version.first().map(|row| row.get::<String>(0)).transpose()?;
                version.and_then(|version| version.parse().ok()).unwrap_or(usize::MAX)
            };
            let newest = FIRST + SCHEMA.len() - 1;
            if held > newest {
                return Err(CentralError::Setup("another version wrote this register; update first".into()));
            }
            for step in SCHEMA.iter().skip((held + 1).saturating_sub(FIRST)) {
                self.wait(running.transaction.batch_execute(step))?;
            }
            running.execute(
                "INSERT INTO setting (name, value) VALUES ('schema', ?1)
                 ON CONFLICT (name) DO UPDATE SET value = ?1",
                &[Value::from(newest.to_string())],
            )?;
            Ok(())
        })
    }

    pub(super) fn transact<T>(
        &self,
        work: impl FnOnce(Running<'_>) -> Result<T, CentralError>,
    ) -> Result<T, CentralError> {
        let mut client = self.client()?;
        let transaction = self.wait(client.transaction())?;
        let result = work(Running { transaction: &transaction, postgres: self })?;
        self.wait(transaction.commit())?;
        Ok(result)
    }

    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(Running<'_>) -> Result<T, CentralError>,
    ) -> Result<T, CentralError> {
        let mut client = self.client()?;
        let snapshot =
            client.build_transaction().read_only(true).isolation_level(IsolationLevel::RepeatableRead);
        let transaction = self.wait(snapshot.start())?;
        work(Running { transaction: &transaction, postgres: self })
    }

    pub(super) fn query(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, CentralError> {
        let client = self.client()?;
        self.wait(rows(&client, sql, values))
    }

    /// Takes a part that one session at a time may have; `None` when another one has it.
    pub(super) fn claim(&self, part: &str) -> Result<Option<Claim>, CentralError> {
        let client = self.client()?;
        let taken = "SELECT 1::bigint WHERE pg_try_advisory_lock(hashtextextended(?1, 0))";
        let taken = !self.wait(rows(&client, taken, &[Value::from(format!("tram {part}"))]))?.is_empty();
        Ok(taken.then(|| Claim(Object::take(client))))
    }

    fn client(&self) -> Result<Object, CentralError> {
        Ok(self.wait(self.pool.get())?)
    }

    /// Waits on a thread that may block, also on one that belongs to the server's own runtime.
    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        if Handle::try_current().is_ok() {
            tokio::task::block_in_place(|| self.handle.block_on(work))
        } else {
            self.handle.block_on(work)
        }
    }
}

impl Running<'_> {
    pub(super) fn execute(self, sql: &str, values: &[Value]) -> Result<u64, CentralError> {
        self.postgres.wait(async {
            let statement = self.transaction.prepare_cached(&numbered(sql)).await?;
            Ok(self.transaction.execute_raw(&statement, values).await?)
        })
    }

    pub(super) fn query(self, sql: &str, values: &[Value]) -> Result<Vec<Row>, CentralError> {
        self.postgres.wait(rows(self.transaction, sql, values))
    }
}

/// The rows of a query, in a transaction or by itself.
async fn rows(client: &impl GenericClient, sql: &str, values: &[Value]) -> Result<Vec<Row>, CentralError> {
    let statement = client.prepare_cached(&numbered(sql)).await?;
    let parameters: Vec<&(dyn ToSql + Sync)> =
        values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    client.query(&statement, &parameters).await?.iter().map(read).collect()
}

/// `?1` is `$1` here.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}

/// Our tables and queries give no other types.
fn read(row: &tokio_postgres::Row) -> Result<Row, CentralError> {
    let value = |place: usize, kind: &Type| -> Result<Value, tokio_postgres::Error> {
        Ok(match *kind {
            Type::BOOL => row.try_get::<_, Option<bool>>(place)?.map_or(Value::Null, Value::from),
            Type::INT8 => row.try_get::<_, Option<i64>>(place)?.map_or(Value::Null, Value::Integer),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(place)?.map_or(Value::Null, Value::Bytes),
            Type::TEXT => row.try_get::<_, Option<String>>(place)?.map_or(Value::Null, Value::Text),
            _ => Value::Null,
        })
    };
    let values = row.columns().iter().enumerate().map(|(place, column)| value(place, column.type_()));
    Ok(Row(values.collect::<Result<_, _>>()?))
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    tokio_postgres::types::to_sql_checked!();
}

fn tls(authority: &Path) -> Result<rustls::ClientConfig, CentralError> {
    let unreadable = |error| CentralError::Setup(format!("{}: {error}", authority.display()));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).map_err(unreadable)?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
