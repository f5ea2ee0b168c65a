import com.chilkatsoft.*;

public class ChilkatExample {

  static {
    try {
        System.loadLibrary("chilkat");
    } catch (UnsatisfiedLinkError e) {
      System.err.println("Native code library failed to load.\n" + e);
      System.exit(1);
    }
  }

  public static void main(String argv[])
  {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    CkHttp http = new CkHttp();

    CkJsonObject queryParams = new CkJsonObject();
    queryParams.UpdateString("status","active");
    queryParams.UpdateInt("page_size",300);

    CkHttpResponse resp = http.QuickRequestParams("GET",System.getenv("BOATS_URL") + "/v1/users",queryParams);
    if (http.get_LastMethodSuccess() == false) {
        System.out.println(http.lastErrorText());
        return;
        }

    CkStringBuilder sbResponseBody = new CkStringBuilder();
    resp.GetBodySb(sbResponseBody);

    CkJsonObject jResp = new CkJsonObject();
    jResp.LoadSb(sbResponseBody);

    String id;
    String name;
    String group_id;
    int j;
    int count_j;

    int i = 0;
    int count_i = jResp.SizeOfArray("users");
    while (i < count_i) {
        jResp.put_I(i);
        id = jResp.stringOf("users[i].id");
        name = jResp.stringOf("users[i].name");
        System.out.println(id + " " + name);
        j = 0;
        count_j = jResp.SizeOfArray("users[i].group_ids");
        while (j < count_j) {
            jResp.put_J(j);
            group_id = jResp.stringOf("users[i].group_ids[j]");
            System.out.println("  group " + group_id);
            j = j+1;
            }

        i = i+1;
        }

  }
}
